import Gradus
import GradusEvaluation
import Testing

/// NaN that is seen, and NaN that does not count.
struct HostileInputTests {
    // MARK: Levels

    @Test(arguments: [0, 1e4, 1e6, 1e7, 1e8, 1e30, -1e8] as [Float])
    func crossEntropyDoesNotDependOnTheLevel(_ level: Float) {
        let x = Tensor<Float>(repeating: level, shape: [2, 7])
        let (loss, gradient) = valueWithGradient(at: x) { softmaxCrossEntropy($0, Tensor([1, 6])) }
        #expect(abs(loss.item - 1.9459101) < 1e-6)
        for (index, slope) in gradient.scalars.enumerated() {
            let target: Float = index == 1 || index == 13 ? 1 : 0
            #expect(abs(slope - (1 / 7 - target) / 2) < 1e-7)
        }
        #expect((x.logSoftmax() + 1.9459101).absoluteValue().max().item < 1e-6)
        let slopes = valueWithGradient(at: x) { $0.logSumExp() }.gradient
        #expect((slopes - 1 / 14).absoluteValue().max().item < 1e-7)
    }

    // MARK: NaN is seen

    @Test func clippingKeepsNaN() {
        #expect(Tensor<Float>([.nan, 7, -7]).clipped(-5, 5).scalars.map(\.isNaN) == [true, false, false])
        let unknown = Tensor(Double.nan)
        #expect(unknown.clipped(0, 1).item.isNaN && unknown.clipped(-.infinity, 0).item.isNaN)
        let layer = Dense(weight: Tensor([[1, 1]]), bias: nil)
        let (_, gradients) = valueWithGradient(at: layer) { layer(Tensor([[Float.nan]]), .training).sum() }
        #expect(gradients.clipped(byValue: 5).firstNonFinite == "weight")
        #expect(gradients.clipped(byGlobalNorm: 1).firstNonFinite == "weight")
    }

    @Test(arguments: [1e20, 1e-25, 3e38, 0x1p-148] as [Float]) func normsNeitherOverflowNorVanish(_ size: Float) {
        let layer = Dense(weight: Tensor([[0, 0]]), bias: nil)
        let (_, gradients) = valueWithGradient(at: layer) { layer(Tensor([[size]]), .training).sum() }
        let limit = Float(min(1, size / 2))
        let clipped = gradients.clipped(byGlobalNorm: limit)["weight"]!.scalars
        // The factor adds 1e-6 to the norm, as PyTorch's does.
        let norm = Double(size) * 2.0.squareRoot()
        let expected = Double(size) * min(1, Double(limit) / (norm + 1e-6))
        #expect(clipped.allSatisfy { abs(Double($0) - expected) <= 1e-5 * expected + 1e-45 })
    }

    @Test func extremesPassNaNAndItsGradient() {
        let x = Tensor<Float>([1, .nan, 3])
        let (value, gradient) = valueWithGradient(at: x) { $0.max() }
        #expect(value.item.isNaN && gradient == Tensor([0, 1, 0]))
        let (_, both) = valueWithGradient(at: [Tensor<Float>([.nan, 1, 2]), Tensor<Float>([0, .nan, 1])]) {
            maximum($0[0], $0[1]).sum()
        }
        #expect(both[0] == Tensor([1, 0, 1]) && both[1] == Tensor([0, 1, 0]))
        #expect(squaredDistances(Tensor([[.nan]]), Tensor([[1]])).item.isNaN)
    }

    @Test func castsOfWhatIntegersCannotHold() {
        let x = Tensor<Float>([.nan, .infinity, -.infinity, 3e9, -3e9, 2.9, -2.9, 254.9, 256])
        #expect(Tensor<Int32>(x).scalars == [0, .max, .min, .max, .min, 2, -2, 254, 256])
        #expect(Tensor<UInt8>(x).scalars == [0, 255, 0, 255, 0, 2, 0, 254, 255])
    }

    // MARK: What does not count

    @Test func zerosOfActivationsAreChosen() {
        let slopes = valueWithGradient(at: Tensor<Float>([-1, 1])) { x in
            // 0 · ∞: an infinite slope behind a ReLU that is off.
            (x.relu() * Tensor([.infinity, 1])).sum()
        }.gradient
        #expect(slopes == Tensor([0, 1]))
        let one = Tensor<Float>([1, 1])
        let off = batchNormalization(
            Tensor<Float>([[-.infinity, -1]]), mean: one - 1, variance: one, weight: one, bias: one - 1,
            activation: .relu)
        #expect(off.scalars == [0, 0])
        #expect(Activation.leakyRelu(slope: 0)(Tensor<Float>([-.infinity, 2])) == Tensor([0, 2]))
    }

    @Test func classesOfWeightZeroDoNotCount() {
        let logits = Tensor<Float>([[.nan, 1, 2], [1, 2, -.infinity], [1, 2, -.infinity]])
        let (loss, gradient) = valueWithGradient(at: logits) {
            softmaxCrossEntropy($0, Tensor([2, 1, 2]), classWeights: Tensor([1, 1, 0]))
        }
        #expect(abs(loss.item - 0.31326169) < 1e-6)
        #expect(gradient.isFinite && gradient[0] == Tensor(zeros: [3]) && gradient[2] == Tensor(zeros: [3]))
        let margins = hingeLoss(Tensor<Float>([[.infinity, 1]]), labels: Tensor([0]))
        #expect(margins.item == 0)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func whatAMaskHidesDoesNotCount(_ bad: Float) {
        let random = RandomGenerator(seed: 3)
        let q = Tensor<Float>(normal: [2, 3, 4], using: random)
        let (k, v) = (
            Tensor<Float>(normal: [2, 5, 4], using: random), Tensor<Float>(normal: [2, 5, 6], using: random)
        )
        let lengths = lengthMask([3, 0], steps: 5)
        let behind = !lengths.reshaped(to: [2, 5, 1])
        let (badK, badV) = (`where`(behind, Tensor(bad), k), `where`(behind, Tensor(bad), v))
        let projection = Tensor<Float>(normal: [4], using: random)
        let identity = Tensor<Float>(identity: 4)
        func gradients(_ keys: Tensor<Float>, _ values: Tensor<Float>, _ form: Int) -> [Tensor<Float>] {
            let (value, slopes) = valueWithGradient(at: [q, keys, values]) { x in
                let mask = lengths.expandingShape(at: 1)
                let found =
                    switch form {
                    case 0: attentionWithWeights(x[0], x[1], x[2], keyMask: lengths)
                    case 1: attend(dotScores(x[0], x[1]), x[2], mask: mask)
                    case 2: attentionWithWeights(x[0], x[1], x[2], vector: projection, keyMask: lengths)
                    default:
                        attend(
                            additiveScores(
                                x[0], x[1], queryWeight: identity, keyWeight: identity, vector: projection), x[2],
                            mask: mask)
                    }
                return found.context.squared().sum() + found.weights.squared().sum()
            }
            return [value] + slopes
        }
        for form in 0..<4 {
            let (clean, dirty) = (gradients(k, v, form), gradients(badK, badV, form))
            // Additive scores multiply each key with a weight before the mask, row by row.
            let isSame = zip(clean, dirty).map { ($0 - $1).absoluteValue().max().item < 1e-5 }
            #expect(isSame == [true, true, true, true], "form \(form)")
            // The fused form is the other.
            let other = gradients(badK, badV, form ^ 1)
            #expect(zip(dirty, other).allSatisfy { ($0 - $1).absoluteValue().max().item < 1e-5 })
        }
        // What a query may see, it sees.
        let seen = attend(dotScores(q, k), `where`(behind, v, Tensor(bad)), mask: lengths.expandingShape(at: 1)).context
        #expect(!seen[0].isFinite && seen[1] == Tensor(zeros: [3, 6]))
    }

    @Test(arguments: [RecurrentKind.lstm, .gru, .tanh, .relu], [false, true])
    func paddingOfSequencesDoesNotCount(_ kind: RecurrentKind, _ isReversed: Bool) {
        let random = RandomGenerator(seed: 4)
        let (steps, rows, features, units) = (5, 3, 4, 6)
        let width = kind.gates * units
        let x = Tensor<Float>(normal: [steps, rows, features], using: random)
        let padding = !lengthMask([5, 2, 0], steps: steps).transposed().reshaped(to: [steps, rows, 1])
        let inputs =
            [Tensor<Float>(zeros: [rows, units])]
            + [[features, width], [units, width], [width], [width]].map { Tensor(normal: $0, using: random) }
        func gradients(_ x: Tensor<Float>) -> [Tensor<Float>] {
            let (value, slopes) = valueWithGradient(at: [x] + inputs) { t in
                let (outputs, hidden, cell) = recurrentSequence(
                    kind, t[0], hidden: t[1], cell: kind == .lstm ? t[1] : nil, inputWeight: t[2],
                    recurrentWeight: t[3], inputBias: t[4], recurrentBias: t[5], lengths: [5, 2, 0],
                    isReversed: isReversed)
                return outputs.squared().sum() + hidden.sum() + (cell?.sum() ?? Tensor(0))
            }
            return [value] + slopes
        }
        let clean = gradients(`where`(padding, Tensor(0), x))
        for bad in [Float.nan, .infinity] { #expect(gradients(`where`(padding, Tensor(bad), x)) == clean) }
    }

    @Test func thePlateauRuleTakesLossesOfAnySign() {
        for loss in [Float(10), -10, 0] {
            var plateau = ReduceOnPlateau(0.1, patience: 2)
            let rates = (0..<8).map { _ in plateau.rate(after: loss) }
            #expect(rates.prefix(3) == [0.1, 0.1, 0.1] && abs(rates[3] - 0.01) < 1e-7 && abs(rates[6] - 0.001) < 1e-7)
        }
        var falling = ReduceOnPlateau(0.1, patience: 2)
        for step in 0..<20 { #expect(falling.rate(after: 5 - Float(step)) == 0.1) }
        var unseen = ReduceOnPlateau(0.1, patience: 2)
        #expect((0..<4).map { _ in unseen.rate(after: .nan) }.last! < 0.1)
    }
}
