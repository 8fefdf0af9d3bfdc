import Foundation
import Gradus
import Testing

/// What holds for all losses of one kind, whatever the numbers.
@Suite struct LossTests {
    private typealias ElementLoss = @Sendable (Tensor<Double>, Tensor<Double>, Reduction) -> Tensor<Double>

    private static let elementLosses: [(name: String, loss: ElementLoss)] = [
        ("binaryCrossEntropy", { binaryCrossEntropy($0, $1, positiveWeight: 1.5, reduction: $2) }),
        ("meanSquaredError", { meanSquaredError($0, $1, reduction: $2) }),
        ("meanAbsoluteError", { meanAbsoluteError($0, $1, reduction: $2) }),
        ("huberLoss", { huberLoss($0, $1, delta: 0.7, reduction: $2) }),
        ("hingeLoss", { hingeLoss($0, 2 * $1 - 1, reduction: $2) }),
    ]

    @Test(arguments: elementLosses.indices) func reductionsAgreeAndNoLossIsNegative(_ index: Int) {
        let (name, loss) = Self.elementLosses[index]
        let random = RandomGenerator(seed: 1)
        let x = Tensor<Double>(normal: [3, 4, 5], deviation: 3, using: random)
        let targets = Tensor<Double>(uniform: [3, 4, 5], from: 0, to: 1, using: random).rounded()
        let each = loss(x, targets, .none)
        #expect(each.shape == x.shape && each.min().item >= 0, "\(name)")
        #expect(abs(each.sum().item - loss(x, targets, .sum).item) < 1e-9, "\(name)")
        #expect(abs(each.mean().item - loss(x, targets, .mean).item) < 1e-12, "\(name)")
    }

    @Test(arguments: [0.0, 0.1, 1.0]) func crossEntropyDoesNotDependOnAShiftOfARow(_ smoothing: Double) {
        let random = RandomGenerator(seed: 2)
        let x = Tensor<Double>(normal: [6, 5], using: random)
        let shift = Tensor<Double>(normal: [6, 1], deviation: 100, using: random)
        let labels = Tensor<Int32>([0, 4, 2, -1, 1, 3])
        let losses = [x, x + shift].map { softmaxCrossEntropy($0, labels, smoothing: smoothing, ignoring: -1).item }
        #expect(abs(losses[0] - losses[1]) < 1e-9)
        // The smoothed labels as distributions give the same.
        let counted = Tensor<Int32>([0, 1, 2, 4, 5])
        let targets = labels.gathering(counted).oneHot(5, as: Double.self) * (1 - smoothing) + smoothing / 5
        #expect(abs(softmaxCrossEntropy(x.gathering(counted), targets: targets).item - losses[0]) < 1e-9)
    }

    @Test func divergenceFromItselfIsZero() {
        let x = Tensor<Double>(normal: [4, 6], using: RandomGenerator(seed: 3))
        #expect(abs(klDivergence(x.logSoftmax(), x.softmax()).item) < 1e-12)
        #expect(klDivergence(x.flipped(axes: [1]).logSoftmax(), x.softmax()).item > 0)
    }

    /// Where the discriminator cannot tell real from generated.
    @Test(arguments: AdversarialLoss.allCases) func adversarialLossesOfEqualScores(_ loss: AdversarialLoss) {
        let scores = Tensor<Double>(zeros: [7])
        let expected: (discriminator: Double, generator: Double) =
            switch loss {
            case .logistic: (2 * log(2), log(2))
            case .hinge: (2, 0)
            case .leastSquares: (0.5, 0.5)
            case .wasserstein: (0, 0)
            }
        #expect(abs(loss.discriminator(real: scores, fake: scores).item - expected.discriminator) < 1e-12)
        #expect(abs(loss.generator(fake: scores).item - expected.generator) < 1e-12)
        #expect(loss.hasTarget == (loss == .logistic || loss == .leastSquares))
    }

    @Test func accuracyGrowsWithKUpToOne() {
        let random = RandomGenerator(seed: 4)
        let scores = Tensor<Float>(normal: [50, 6], using: random)
        let labels = Tensor<Int32>(uniform: [50], in: 0..<6, using: random)
        let shares = (1...6).map { topKAccuracy(scores, labels, k: $0) }
        #expect(shares[0] == accuracy(scores, labels) && shares[5] == 1)
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(accuracy(labels.oneHot(6), labels) == 1)
        // Among equal scores the lower class is first.
        let equal = Tensor<Float>(zeros: [6, 6])
        #expect(topKAccuracy(equal, Tensor<Int32>([0, 1, 2, 3, 4, 5]), k: 2) == 2.0 / 6)
    }
}
