import Gradus
import Testing

/// What is computed in one pass gives what its parts give.
struct FusionTests {
    private let random = RandomGenerator(seed: 21)

    @Test(arguments: [Activation.relu, .leakyRelu(slope: 0.2), .identity, .tanh])
    func normalisationWithResidualAndActivation(_ activation: Activation) {
        for withResidual in [false, true] {
            let x = Tensor<Double>(normal: [6, 5, 19], using: random)
            let (scale, shift) = (
                Tensor<Double>(normal: [19], using: random), Tensor<Double>(normal: [19], using: random)
            )
            let residual = Tensor<Double>(normal: [6, 5, 19], using: random)
            let inputs = [x, scale, shift] + (withResidual ? [residual] : [])
            compare(inputs) {
                batchNormalization(
                    $0[0], weight: $0[1], bias: $0[2], adding: withResidual ? $0[3] : nil, activation: activation
                ).output
            } _: {
                let mean = $0[0].mean(axes: [0, 1])
                let inverse = ($0[0].variance(axes: [0, 1]) + 1e-5).squareRoot().reciprocal()
                let normal = ($0[0] - mean) * inverse * $0[1] + $0[2]
                return activation(withResidual ? normal + $0[3] : normal)
            }
            compare(inputs) {
                batchNormalization(
                    $0[0], mean: Tensor(repeating: 0.3, shape: [19]), variance: Tensor(repeating: 2, shape: [19]),
                    weight: $0[1], bias: $0[2], adding: withResidual ? $0[3] : nil, activation: activation)
            } _: {
                let normal = ($0[0] - 0.3) * (1 / (2 + 1e-5).squareRoot()) * $0[1] + $0[2]
                return activation(withResidual ? normal + $0[3] : normal)
            }
        }
    }

    /// By each way that a product takes: a row, few rows, packed, rows of 4 KiB, and weights that are kept packed.
    @Test(arguments: [Activation.gelu, .silu, .relu, .softplus, .identity])
    func linearWithBiasAndActivation(_ activation: Activation) {
        for (rows, d, m) in [(1, 20, 30), (7, 20, 30), (40, 33, 70), (300, 512, 70), (520, 40, 300)] {
            let inputs = [[rows, d], [d, m], [m]].map { Tensor<Double>(normal: $0, using: random) }
            compare(inputs) {
                linear($0[0], $0[1], $0[2], activation: activation)
            } _: {
                activation(matmul($0[0], $0[1]) + $0[2])
            }
            let kept = linear(inputs[0], inputs[1], inputs[2], activation: activation)
            let plain = activation(matmul(inputs[0], inputs[1]) + inputs[2])
            #expect((kept - plain).absoluteValue().max().item < 1e-10, "\(rows) × \(d) × \(m)")
        }
    }

    @Test func layerNormalizationOfASum() {
        for (rows, width) in [(1, 3), (5, 64), (700, 130)] {
            let shapes = [[rows, width], [rows, width], [width], [width]]
            compare(shapes.map { Tensor<Double>(normal: $0, using: random) }) {
                let both = layerNormalization($0[0], adding: $0[1], weight: $0[2], bias: $0[3])
                return both.sum * 0.5 + both.normalized
            } _: {
                let sum = $0[0] + $0[1]
                return sum * 0.5 + (sum.rowsNormalized() * $0[2] + $0[3])
            }
        }
    }

    @Test func crossEntropyOfAProductInBlocks() {
        // More classes than leave room for more than 256 rows at a time.
        let (rows, classes) = (600, 70_000)
        let labels = Tensor<Int32>((0..<rows).map { $0 % 9 == 4 ? -1 : Int32($0 * 113 % classes) }, shape: [rows])
        for transposed in [false, true] {
            let x = Tensor<Float>(normal: [rows, 3], using: random)
            let w = Tensor<Float>(normal: transposed ? [classes, 3] : [3, classes], using: random)
            let blocks = valueWithGradient(at: [x, w]) {
                linearCrossEntropy($0[0], $0[1], transposed: transposed, labels, smoothing: 0.1, ignoring: -1)
            }
            let whole = valueWithGradient(at: [x, w]) {
                softmaxCrossEntropy(matmul($0[0], $0[1], transposeB: transposed), labels, smoothing: 0.1, ignoring: -1)
            }
            #expect(abs(blocks.value.item - whole.value.item) < 1e-5)
            for (a, b) in zip(blocks.gradients, whole.gradients) {
                #expect((a - b).absoluteValue().max().item < 1e-5 * b.absoluteValue().max().item)
            }
        }
    }

    @Test func crossEntropyOfAProductHoldsABlock() async {
        await #expect(processExitsWith: .success) {
            let (rows, classes) = (1024, 70_000)
            let x = Tensor<Float>(normal: [rows, 3], using: RandomGenerator(seed: 1))
            let w = Tensor<Float>(normal: [3, classes], using: RandomGenerator(seed: 2))
            let labels = Tensor<Int32>((0..<rows).map { Int32($0) }, shape: [rows])
            _ = valueWithGradient(at: [x, w]) { linearCrossEntropy($0[0], $0[1], labels) }
            // The logits alone would be 287 MB.
            guard Memory.peakBytesInUse < 200_000_000 else { fatalError("\(Memory.peakBytesInUse) bytes") }
        }
    }

    @Test(arguments: [0.0, 0.1]) func crossEntropyWithWeightsAndIgnoredRows(_ smoothing: Double) {
        let logits = Tensor<Double>(normal: [9, 1300], using: random)
        let weights = Tensor<Double>(uniform: [1300], from: 0.5, to: 2, using: random)
        let labels = Tensor<Int32>([3, 0, 1299, -1, 7, 7, 640, -1, 2])
        compare([logits]) {
            softmaxCrossEntropy($0[0], labels, smoothing: smoothing, classWeights: weights, ignoring: -1)
        } _: { inputs in
            let logProbabilities = inputs[0].logSoftmax()
            var (sum, total) = (Tensor<Double>(0), 0.0)
            for (row, label) in labels.scalars.enumerated() where label >= 0 {
                let log = logProbabilities[row]
                let weight = weights.element(at: Int(label))
                let right = log.slice(axis: 0, Int(label)..<(Int(label) + 1)).sum() * weight
                sum = sum - right * (1 - smoothing) - (log * weights).sum() * (smoothing / 1300)
                total += weight
            }
            return sum / total
        }
    }

    @Test func crossEntropyOfEachRow() {
        let logits = Tensor<Double>(normal: [2, 3, 50], using: random)
        let labels = Tensor<Int32>([3, 0, 49, 7, 7, 10], shape: [2, 3])
        compare([logits]) {
            softmaxCrossEntropy($0[0], labels, reduction: .none)
        } _: {
            -$0[0].logSoftmax().takeAlong(labels.expandingShape(at: 2), axis: 2).squeezingShape(at: 2)
        }
        let sum = softmaxCrossEntropy(logits, labels, reduction: .sum).item
        #expect(abs(sum - 6 * softmaxCrossEntropy(logits, labels).item) < 1e-12)
    }

    @Test(arguments: [RecurrentKind.lstm, .gru, .tanh]) func symbolsAreOneHotVectors(_ kind: RecurrentKind) {
        let (vocabulary, units) = (11, 6)
        let tokens = Tensor<Int32>(uniform: [7, 5], in: 0..<vocabulary, using: random)
        let width = kind.gates * units
        let shapes = [[5, units], [vocabulary, width], [units, width], [width], [width]]
        let inputs = shapes.map { Tensor<Double>(normal: $0, deviation: 0.5, using: random) }
        let cell = kind == .lstm ? Tensor<Double>(normal: [5, units], using: random) : nil
        for (lengths, isReversed) in [(nil, false), ([7, 3, 0, 5, 1], true)] as [([Int]?, Bool)] {
            compare(inputs) {
                recurrentSequence(
                    kind, tokens: tokens, hidden: $0[0], cell: cell, inputWeight: $0[1], recurrentWeight: $0[2],
                    inputBias: $0[3], recurrentBias: $0[4], lengths: lengths, isReversed: isReversed
                ).outputs
            } _: {
                recurrentSequence(
                    kind, tokens.oneHot(vocabulary, as: Double.self), hidden: $0[0], cell: cell, inputWeight: $0[1],
                    recurrentWeight: $0[2], inputBias: $0[3], recurrentBias: $0[4], lengths: lengths,
                    isReversed: isReversed
                ).outputs
            }
        }
    }

    /// The products of the first step are left out where all rows begin at zero: a row that does not brings them back.
    @Test(arguments: [RecurrentKind.lstm, .gru, .tanh]) func rowsThatBeginAtZero(_ kind: RecurrentKind) {
        let (units, width) = (6, kind.gates * 6)
        let shapes = [[7, 5, 4], [4, width], [units, width], [width], [width]]
        let weights = shapes.map { Tensor<Double>(normal: $0, deviation: 0.5, using: random) }
        let zeros = Tensor<Double>(zeros: [5, units])
        func outputs(
            _ x: Tensor<Double>, _ t: [Tensor<Double>], _ lengths: [Int]?, _ h: Tensor<Double>
        ) -> Tensor<Double> {
            recurrentSequence(
                kind, x, hidden: h, cell: kind == .lstm ? h : nil, inputWeight: t[1], recurrentWeight: t[2],
                inputBias: t[3], recurrentBias: t[4], lengths: lengths, isReversed: lengths != nil
            ).outputs
        }
        let other = (x: Tensor<Double>(ones: [7, 1, 4]), state: Tensor<Double>(ones: [1, units]))
        for (inputs, lengths) in [(weights, nil), (weights + [zeros], nil), (weights, [7, 3, 0, 5, 1])]
            as [([Tensor<Double>], [Int]?)]
        {
            compare(inputs) {
                outputs($0[0], $0, lengths, $0.count > 5 ? $0[5] : zeros)
            } _: {
                outputs(
                    .concatenated([$0[0], other.x], axis: 1), $0, lengths.map { $0 + [7] },
                    .concatenated([$0.count > 5 ? $0[5] : zeros, other.state])
                ).slice(axis: 1, 0..<5)
            }
        }
    }

    @Test func weightsUsedForSomeRowsAfterOthers() {
        let lengths = [3, 700, 613, 41]
        let inputs = [
            Tensor<Double>(normal: [lengths.reduce(0, +), 20], using: random),
            Tensor<Double>(normal: [20, 70], using: random),
        ]
        compare(inputs) { inputs in
            var (first, parts) = (0, [Tensor<Double>]())
            for length in lengths {
                parts.append(linear(inputs[0].slice(axis: 0, first..<(first + length)), inputs[1]))
                first += length
            }
            return .concatenated(parts)
        } _: {
            linear($0[0], $0[1])
        }
    }

    @Test func weightsWithoutRowsOrOutputs() {
        for (rows, outputs) in [(0, 9), (20, 0), (0, 0)] {
            let inputs = [Tensor<Double>(ones: [rows, 30]), Tensor<Double>(ones: [30, outputs])]
            let gradients = valueWithGradient(at: inputs) { linear($0[0], $0[1]).sum() }.gradients
            #expect(gradients[0] == Tensor(zeros: [rows, 30]) && gradients[1] == Tensor(zeros: [30, outputs]))
        }
    }

    @Test func transposedCopiesOfAllSizes() {
        for (rows, columns) in [(1, 1), (16, 16), (17, 33), (100, 3), (5, 70)] {
            let x = Tensor<Float>((0..<(rows * columns)).map(Float.init), shape: [rows, columns])
            let expected = (0..<columns).flatMap { c in (0..<rows).map { Float($0 * columns + c) } }
            #expect(x.transposed().scalars == expected)
        }
    }

    /// Values and gradients of two ways agree.
    private func compare(
        _ inputs: [Tensor<Double>], _ fused: ([Tensor<Double>]) -> Tensor<Double>,
        _ plain: ([Tensor<Double>]) -> Tensor<Double>, location: SourceLocation = #_sourceLocation
    ) {
        let weights = Tensor<Double>(normal: fused(inputs).shape, using: RandomGenerator(seed: 4))
        func results(_ way: ([Tensor<Double>]) -> Tensor<Double>) -> [Tensor<Double>] {
            [way(inputs)] + valueWithGradient(at: inputs) { (way($0) * weights).sum() }.gradients
        }
        for (a, b) in zip(results(fused), results(plain)) {
            #expect((a - b).absoluteValue().max().item < 1e-11, sourceLocation: location)
        }
    }
}
