import CKernels
import Gradus
import Testing

/// Every direct algorithm gives what im2col and gemm give, on every instruction set that this processor has.
///
/// The choice of instructions holds for a whole process, so each has one of its own.
struct ConvolutionAlgorithmTests {
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

    /// Beside the exact result, Winograd's rounding is about twice the plain sum's; the usual points 0, ±1, ±2 have four times.
    @Test(arguments: [(3, 1), (5, 1), (4, 2)]) func winogradRoundsLittle(_ kernel: Int, _ stride: Int) {
        let random = RandomGenerator(seed: 12)
        let x = Tensor<Float>(normal: [4, 24, 24, 64], using: random)
        let w = Tensor<Float>(normal: [kernel, kernel, 64, 32], using: random)
        func result<Scalar: DifferentiableScalar>(
            _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ algorithm: ConvolutionAlgorithm
        ) -> Tensor<Scalar> {
            convolution(
                x, w, nil, stride: Extent2D(stride, stride), padding: .symmetric(1), dilation: 1, groups: 1,
                activation: .identity, algorithm: algorithm)
        }
        let exact = result(Tensor<Double>(x), Tensor<Double>(w), .im2col)
        func error(_ algorithm: ConvolutionAlgorithm) -> Double {
            (Tensor<Double>(result(x, w, algorithm)) - exact).squared().mean().item.squareRoot()
        }
        let (plain, winograd) = (error(.direct), error(.winograd))
        print("rounding of \(kernel) x \(kernel), stride \(stride): \(winograd / plain) times the plain sum's")
        #expect(winograd < 2.5 * plain)
    }
}

/// The first shape on which the paths differ, and by how much; `nil` when they agree on all.
private func disagreement() -> String? {
    var shapes = ShapeSource(seed: 7)
    let large = ConvolutionShape(
        images: 3, height: 5, width: 6, channels: 170, filters: 370, kernel: Extent2D(3, 3), stride: 1, dilation: 1,
        padding: .same, activation: .relu)
    let all =
        (0..<60).map { _ in (ConvolutionAlgorithm.direct, shapes.next()) } + [(.direct, large), (.winograd, large)]
    for (algorithm, shape) in all + (0..<60).map({ _ in (.winograd, shapes.nextForWinograd()) })
        + (0..<30).map({ _ in (.dilated, shapes.nextDilated()) })
    {
        let (float, double) = (1e-5, 4e-14)
        let differences = [
            shape.difference(algorithm, of: Float.self) / float, shape.difference(algorithm, of: Double.self) / double,
        ]
        // A transposed convolution has no groups.
        let transposed =
            shape.groups > 1
            ? []
            : [
                shape.transposedDifference(algorithm, of: Float.self) / float,
                shape.transposedDifference(algorithm, of: Double.self) / double,
            ]
        if (differences + transposed).contains(where: { !($0 < 1) }) {
            return
                "\(algorithm), \(shape): differences of \(differences) and, transposed, \(transposed) times what is allowed"
        }
    }
    return nil
}

/// The sizes of one convolution under test.
struct ConvolutionShape: CustomStringConvertible {
    let (images, height, width, channels, filters): (Int, Int, Int, Int, Int)
    let (kernel, stride, dilation): (Extent2D, Extent2D, Extent2D)
    let padding: Padding
    let groups: Int
    let activation: Activation

    init(
        images: Int, height: Int, width: Int, channels: Int, filters: Int, kernel: Extent2D, stride: Extent2D,
        dilation: Extent2D, padding: Padding, groups: Int = 1, activation: Activation
    ) {
        (self.images, self.height, self.width, self.channels) = (images, height, width, channels)
        (self.filters, self.kernel, self.stride, self.dilation) = (filters, kernel, stride, dilation)
        (self.padding, self.groups, self.activation) = (padding, groups, activation)
    }

    var description: String {
        "[\(images), \(height), \(width), \(channels)] by \(filters) of \(kernel), stride \(stride), dilation \(dilation), "
            + "\(padding), groups \(groups), \(activation)"
    }

    /// Keeps outputs near 1, so that an activation does not turn small differences into large ones.
    private var weightDeviation: Double { 1 / Double(kernel.height * kernel.width * channels / groups).squareRoot() }

    /// The largest relative difference of output and gradients between the two paths.
    func difference<Scalar: DifferentiableScalar>(_ algorithm: ConvolutionAlgorithm, of type: Scalar.Type) -> Double {
        let random = RandomGenerator(seed: 3)
        let x = Tensor<Scalar>(normal: [images, height, width, channels], using: random)
        let w = Tensor<Scalar>(
            normal: [kernel.height, kernel.width, channels / groups, filters], deviation: weightDeviation, using: random
        )
        let b: Tensor<Scalar> = farBias()
        return worst(
            [algorithm, .im2col].map { algorithm in
                results([x, w, b]) {
                    convolution(
                        $0[0], $0[1], $0[2], stride: stride, padding: padding, dilation: dilation, groups: groups,
                        activation: activation, algorithm: algorithm)
                }
            })
    }

    /// Biases of 5 and −5: rounding never moves an output over the corner of a ReLU, where the gradient leaps.
    private func farBias<Scalar: DifferentiableScalar>() -> Tensor<Scalar> {
        Tensor((0..<filters).map { $0 % 2 == 0 ? 5 : -5 } as [Scalar], shape: [filters])
    }

    func transposedDifference<Scalar: DifferentiableScalar>(
        _ algorithm: ConvolutionAlgorithm, of type: Scalar.Type
    ) -> Double {
        let random = RandomGenerator(seed: 4)
        let x = Tensor<Scalar>(normal: [images, height, width, channels], using: random)
        let w = Tensor<Scalar>(
            normal: [kernel.height, kernel.width, filters, channels], deviation: weightDeviation, using: random)
        let b: Tensor<Scalar> = farBias()
        return worst(
            [algorithm, .im2col].map { algorithm in
                results([x, w, b]) {
                    transposedConvolution(
                        $0[0], $0[1], $0[2], stride: stride, padding: .valid, outputPadding: 0, dilation: dilation,
                        activation: activation, algorithm: algorithm)
                }
            })
    }

    /// The output, and the gradients of a weighted sum of it.
    private func results<Scalar: DifferentiableScalar>(
        _ inputs: [Tensor<Scalar>], _ body: ([Tensor<Scalar>]) -> Tensor<Scalar>
    ) -> [Tensor<Scalar>] {
        let y = body(inputs)
        let weights = Tensor<Scalar>(normal: y.shape, using: RandomGenerator(seed: 5))
        return [y] + valueWithGradient(at: inputs) { (body($0) * weights).sum() }.gradients
    }

    private func worst<Scalar: DifferentiableScalar>(_ paths: [[Tensor<Scalar>]]) -> Double {
        zip(paths[0], paths[1]).map { a, b in
            let size = b.absoluteValue().max().item.asDouble
            return (a - b).absoluteValue().max().item.asDouble / max(size, 1)
        }.max() ?? 0
    }
}

/// Random sizes, odd ones among them.
private struct ShapeSource {
    private var words: RandomWords

    init(seed: UInt64) { words = RandomWords(RandomGenerator(seed: seed)) }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &words) }

    mutating func next() -> ConvolutionShape {
        let kernel = Extent2D(number(1...5), number(1...5))
        let stride = Extent2D(number(1...3), number(1...3))
        let dilation = Extent2D(number(1...2), number(1...2))
        let reach = Extent2D((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
        let paddings: [Padding] = [
            .valid, .same, .symmetric(1),
            .explicit(top: number(0...3), bottom: number(0...3), left: number(0...3), right: number(0...3)),
        ]
        let activations: [Activation] = [.identity, .relu, .leakyRelu(slope: 0.2), .tanh]
        let groups = [1, 1, 2, 3][number(0...3)]
        return ConvolutionShape(
            images: number(1...6), height: reach.height + number(0...9), width: reach.width + number(0...20),
            channels: groups * [1, 2, 3, 5, 16, 19][number(0...5)],
            filters: groups * [1, 3, 8, 16, 17, 33, 50][number(0...6)], kernel: kernel, stride: stride,
            dilation: dilation, padding: paddings[number(0...3)], groups: groups,
            activation: activations[number(0...3)])
    }

    /// Windows of 3 or 2 with gaps between their pixels, along one axis or both, of as many channels as Winograd's method takes.
    mutating func nextDilated() -> ConvolutionShape {
        let kernel = number(2...3)
        let dilation = [Extent2D(2, 2), Extent2D(3, 1), Extent2D(1, 2), Extent2D(4, 3)][number(0...3)]
        let paddings: [Padding] = [
            .valid, .same, .symmetric(1),
            .explicit(top: number(0...4), bottom: number(0...4), left: number(0...4), right: number(0...4)),
        ]
        let activations: [Activation] = [.identity, .leakyRelu(slope: 0.2), .tanh]
        return ConvolutionShape(
            images: number(1...4), height: (kernel - 1) * dilation.height + 1 + number(0...20),
            width: (kernel - 1) * dilation.width + 1 + number(0...20), channels: [3, 16, 19][number(0...2)],
            filters: [8, 16, 33][number(0...2)], kernel: Extent2D(kernel, kernel), stride: 1, dilation: dilation,
            padding: paddings[number(0...3)], activation: activations[number(0...2)])
    }

    /// Windows of 2, 3 or 5 side by side, or twice as large with a stride of 2.
    mutating func nextForWinograd() -> ConvolutionShape {
        let stride = number(1...2)
        let kernel = stride * [2, 3, 5][number(0...2)]
        let paddings: [Padding] = [
            .valid, .same, .symmetric(1),
            .explicit(
                top: number(0...(kernel - 1)), bottom: number(0...(kernel - stride)), left: number(0...(kernel - 1)),
                right: number(0...(kernel - stride))),
        ]
        let activations: [Activation] = [.identity, .relu, .leakyRelu(slope: 0.2), .tanh]
        return ConvolutionShape(
            images: number(1...6), height: kernel + number(0...13), width: kernel + number(0...20),
            channels: [1, 3, 16, 19, 40][number(0...4)], filters: [1, 8, 16, 17, 33, 50][number(0...5)],
            kernel: Extent2D(kernel, kernel), stride: Extent2D(stride, stride), dilation: 1,
            padding: paddings[number(0...3)], activation: activations[number(0...3)])
    }
}
