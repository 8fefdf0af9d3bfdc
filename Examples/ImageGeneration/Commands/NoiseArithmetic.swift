import Gradus

/// An arithmetic of samples, as `3,17,20 - 5,9,11 + 2,8,40`: numbers of samples, the mean of whose noise is one term.
struct NoiseArithmetic {
    /// The terms in order: samples, and whether they are added or taken away.
    let terms: [(samples: [Int], sign: Float)]

    /// Reads the text; `nil` when it is none such, or a number is not below `count`.
    init?(_ text: String, samples count: Int) {
        var sign: Float = 1
        var wantsTerm = true
        var found: [(samples: [Int], sign: Float)] = []
        for word in text.split(separator: " ") {
            if wantsTerm {
                let numbers = word.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
                guard numbers.allSatisfy({ ($0 ?? -1) >= 0 && $0! < count }) else { return nil }
                found.append((numbers.map { $0! }, sign))
            } else {
                guard word == "+" || word == "-" || word == "−" else { return nil }
                sign = word == "+" ? 1 : -1
            }
            wantsTerm.toggle()
        }
        guard !wantsTerm else { return nil }
        terms = found
    }

    /// The mean noise of each term, from the noise of all samples `[count, Z]`.
    func means(_ noise: Tensor<Float>) -> [Tensor<Float>] {
        terms.map { noise.gathering(Tensor($0.samples.map(Int32.init))).mean(axes: [0]) }
    }

    /// The sum.
    func result(_ noise: Tensor<Float>) -> Tensor<Float> {
        zip(means(noise), terms).reduce(Tensor<Float>(zeros: [noise.shape[1]])) { $0 + $1.0 * $1.1.sign }
    }
}
