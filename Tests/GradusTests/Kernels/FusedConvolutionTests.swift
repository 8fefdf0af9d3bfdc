import CKernels
import Gradus
import Testing

/// Convolutions within channels, and convolutions with all that follows them in one pass, beside the plain operations, on
/// every instruction set that this processor has.
struct FusedConvolutionTests {
    @Test func onTheProcessorsBestInstructions() { #expect(disagreement() == nil) }

    @Test func onVersion3() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_V3)
            if let disagreement = disagreement() { fatalError(disagreement) }
        }
    }

    @Test func onAnyProcessor() async {
        await #expect(processExitsWith: .success) {
            gradus_limit_instruction_set(GRADUS_ANY)
            if let disagreement = disagreement() { fatalError(disagreement) }
        }
    }

    /// Weights that change are packed anew.
    @Test(arguments: [1, 8]) func packedWeightsFollowTheirWeights(_ images: Int) {
        let (conv, norm) = (Conv2D(16, 32, kernel: 3, padding: .symmetric(1)), BatchNorm(32, activation: .relu6))
        let x = Tensor<Float>(normal: [images, 24, 24, 16])
        for _ in 0..<2 {
            let joined = conv(x, then: norm, .inference)
            let plain = norm(conv(x, .inference), .inference)
            #expect((joined - plain).absoluteValue().max().item < 1e-4)
            conv.weight.value.withUnsafeMutableElements { for i in $0.indices { $0[i] *= 2 } }
            norm.runningMean.value = Tensor(normal: [32])
            norm.weight.value = Tensor(uniform: [32], from: 0.5, to: 2)
        }
    }
}

private func disagreement() -> String? {
    var words = RandomWords(RandomGenerator(seed: 17))
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &words) }
    for round in 0..<90 {
        let isDepthwise = round % 3 == 0
        let kernel = Extent2D(number(1...5), number(1...4))
        let dilation = Extent2D(number(1...2), number(1...2))
        let reach = Extent2D((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
        let channels = [1, 3, 16, 20, 40, 70][number(0...5)]
        let groups = isDepthwise ? channels : [1, 1, 1, 2][number(0...3)]
        let single = !isDepthwise && number(0...2) == 0
        let large = !isDepthwise && number(0...3) == 0
        let shape = JoinedShape(
            images: number(1...6), height: reach.height + number(0...(large ? 20 : 9)),
            width: reach.width + number(0...20), channels: channels % groups == 0 ? channels : channels + 1,
            filters: isDepthwise ? channels : [2, 16, 34, 70, 130][number(0...4)],
            kernel: single ? 1 : large ? 3 : kernel, stride: large ? 1 : Extent2D(number(1...3), number(1...2)),
            dilation: single || large ? 1 : dilation, groups: groups,
            padding: single
                ? .valid
                : [
                    .valid, .same, .symmetric(1),
                    .explicit(top: number(0...3), bottom: number(0...3), left: number(0...3), right: number(0...3)),
                ][number(0...3)],
            activation: [.identity, .relu, .relu6, .leakyRelu(slope: 0.2), .tanh][number(0...4)],
            addsResidual: number(0...1) == 0)
        let differences = [
            shape.joinedDifference(of: Float.self) / 1e-5, shape.joinedDifference(of: Double.self) / 4e-14,
            isDepthwise ? shape.depthwiseDifference(of: Float.self) / 1e-5 : 0,
            isDepthwise ? shape.depthwiseDifference(of: Double.self) / 4e-14 : 0,
        ]
        if differences.contains(where: { !($0 < 1) }) { return "\(shape): \(differences) times what is allowed" }
    }
    return nil
}

private struct JoinedShape {
    let images, height, width, channels, filters: Int
    let kernel, stride, dilation: Extent2D
    let groups: Int
    let padding: Padding
    let activation: Activation
    let addsResidual: Bool

    private func inputs<Scalar: DifferentiableScalar>(of type: Scalar.Type) -> [Tensor<Scalar>] {
        let random = RandomGenerator(seed: 3)
        let window = kernel.height * kernel.width * channels / groups
        return [
            Tensor(normal: [images, height, width, channels], using: random),
            Tensor(
                normal: [kernel.height, kernel.width, channels / groups, filters],
                deviation: 1 / Double(window).squareRoot(), using: random),
            Tensor(normal: [filters], using: random), Tensor(normal: [filters], using: random),
        ]
    }

    private func plain<Scalar: DifferentiableScalar>(
        _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>?, _ activation: Activation,
        _ algorithm: ConvolutionAlgorithm?
    ) -> Tensor<Scalar> {
        convolution(
            x, w, b, stride: stride, padding: padding, dilation: dilation, groups: groups, activation: activation,
            algorithm: algorithm)
    }

    /// Everything in one pass beside the steps one after another: output, and the gradients of image and residual.
    func joinedDifference<Scalar: DifferentiableScalar>(of type: Scalar.Type) -> Double {
        let all = inputs(of: type)
        let (w, scale, shift) = (all[1], all[2], all[3])
        let outputShape = plain(all[0], w, nil, .identity, .im2col).shape
        let residual = Tensor<Scalar>(normal: outputShape, using: RandomGenerator(seed: 8))
        let given = [all[0]] + (addsResidual ? [residual] : [])
        let joined = results(given) { given in
            fusedConvolution(
                given[0], w, scale: scale, shift: shift, adding: given.count > 1 ? given[1] : nil, stride: stride,
                padding: padding, dilation: dilation, groups: groups, activation: activation)
        }
        let steps = results(given) { given in
            let sum = plain(given[0], w, nil, .identity, .im2col) * scale + shift
            return activation(given.count > 1 ? sum + given[1] : sum)
        }
        return worst(joined, steps)
    }

    /// A convolution within channels beside im2col and a product for each: output and all gradients.
    func depthwiseDifference<Scalar: DifferentiableScalar>(of type: Scalar.Type) -> Double {
        let all = Array(inputs(of: type).prefix(3))
        let ways = [ConvolutionAlgorithm.depthwise, .im2col].map { algorithm in
            results(all) { plain($0[0], $0[1], $0[2], activation, algorithm) }
        }
        return worst(ways[0], ways[1])
    }

    private func results<Scalar: DifferentiableScalar>(
        _ inputs: [Tensor<Scalar>], _ body: ([Tensor<Scalar>]) -> Tensor<Scalar>
    ) -> [Tensor<Scalar>] {
        let y = body(inputs)
        let weights = Tensor<Scalar>(normal: y.shape, using: RandomGenerator(seed: 5))
        return [y] + valueWithGradient(at: inputs) { (body($0) * weights).sum() }.gradients
    }

    private func worst<Scalar: DifferentiableScalar>(_ a: [Tensor<Scalar>], _ b: [Tensor<Scalar>]) -> Double {
        zip(a, b).map { a, b in
            guard a.shape == b.shape else { return .infinity }
            return (a - b).absoluteValue().max().item.asDouble / max(b.absoluteValue().max().item.asDouble, 1)
        }.max() ?? 0
    }
}
