import Gradus
import GradusEvaluation

// Solutions of the exercises of chapter 12, "Pretrained networks".

/// Exercise 1: the names that a pickle would import and could call, without running it.
///
/// Knows the opcodes of protocol 2 that a dictionary of tensors is made of; nil when another one occurs or the bytes end early.
func importedNames(inPickle bytes: [UInt8]) -> [String]? {
    var (position, names) = (0, [String]())
    func line() -> String? {
        guard position < bytes.count, let end = bytes[position...].firstIndex(of: 10) else { return nil }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }
    while position < bytes.count {
        let opcode = Character(UnicodeScalar(bytes[position]))
        position += 1
        switch opcode {
        case "c":  // GLOBAL: module and name, each a line
            guard let module = line(), let name = line() else { return nil }
            names.append("\(module).\(name)")
        case "\u{80}", "K", "q", "h": position += 1  // PROTO, BININT1, BINPUT, BINGET
        case "M": position += 2  // BININT2
        case "J", "r", "j": position += 4  // BININT, LONG_BINPUT, LONG_BINGET
        case "X":  // BINUNICODE: a length of 4 bytes, then the text
            guard position + 4 <= bytes.count else { return nil }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
            position += 4 + length
        case "(", ")", "]", "}", "N", "t", "R", "Q", "s", "u", "a", "e", "\u{85}", "\u{86}", "\u{87}", "\u{88}",
            "\u{89}":
            break  // marks, containers, None, REDUCE (the call itself), BINPERSID, booleans: nothing follows them
        case ".": return position == bytes.count ? names : nil  // STOP
        default: return nil
        }
    }
    return nil
}

/// Exercise 2: the filters `[M, C, KH, KW]` of PyTorch in the order `[KH, KW, C, M]` of this library, by index arithmetic.
func reordered(_ filters: [Float], m: Int, c: Int, kh: Int, kw: Int) -> [Float] {
    var result = [Float](repeating: 0, count: filters.count)
    for filter in 0..<m {
        for channel in 0..<c {
            for row in 0..<kh {
                for column in 0..<kw {
                    result[((row * kw + column) * c + channel) * m + filter] =
                        filters[((filter * c + channel) * kh + row) * kw + column]
                }
            }
        }
    }
    return result
}

/// Exercise 3: filters `[KH, KW, C, M]` and a bias `[M]` that compute a convolution without bias and the batch normalization
/// after it in one step.
func folded(
    _ filters: Tensor<Float>, mean: Tensor<Float>, variance: Tensor<Float>, scale: Tensor<Float>, shift: Tensor<Float>,
    epsilon: Float = 1e-5
) -> (filters: Tensor<Float>, bias: Tensor<Float>) {
    let factor = scale / (variance + epsilon).squareRoot()
    return (filters * factor, shift - mean * factor)
}

/// Exercise 4: the class of each row of `features` `[N, D]` by the nearest class mean of `known` `[M, D]` with their labels.
/// No gradient, no step: the mean is the whole training.
func nearestMeans(_ features: Tensor<Float>, known: Tensor<Float>, labels: [Int], classes: Int) -> [Int] {
    let means = (0..<classes).map { classIndex in
        let rows = labels.indices.filter { labels[$0] == classIndex }.map { Int32($0) }
        return known.gathering(Tensor(rows)).mean(axes: [0])
    }
    return (0..<features.shape[0]).map { row in
        let distances = means.map { (features[row] - $0).squared().sum().item }
        return distances.indices.min { distances[$0] < distances[$1] } ?? 0
    }
}

/// Exercise 5: where in the image the evidence for a class lies, `[H, W]`: the part of the score that each place of the last
/// feature maps `[H, W, D]` gives, when the head averages them and multiplies with `weight` `[D, K]`.
func classActivation(_ maps: Tensor<Float>, _ weight: Tensor<Float>, classIndex: Int) -> Tensor<Float> {
    let (height, width, features) = (maps.shape[0], maps.shape[1], maps.shape[2])
    let column = weight.slice(axis: 1, classIndex..<(classIndex + 1))
    let shares = matmul(maps.reshaped(to: [height * width, features]), column) * (1 / Float(height * width))
    return shares.reshaped(to: [height, width])
}

/// Exercise 6: `Σ x · ∂score/∂x` of each row of `images`. For ReLUs without biases it is the score itself.
func gradientTimesInput(of model: some Layer, _ images: Tensor<Float>, classes: Tensor<Int32>) -> [Float] {
    let gradient = saliency(of: model, at: images, classes: classes)
    return (gradient * images).sum(axes: Array(1..<images.rank)).scalars
}

/// Exercise 7: how many forward passes the occlusion map of an image takes, the one of the whole image included.
func occlusionPasses(height: Int, width: Int, side: Int, step: Int) -> Int {
    func places(_ length: Int) -> Int { (length - side + step - 1) / step + 1 }
    return places(height) * places(width) + 1
}
