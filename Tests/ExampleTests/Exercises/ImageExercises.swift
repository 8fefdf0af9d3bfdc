import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import Testing

/// The exercises of chapter 05 have solutions that hold.
@Suite struct ImageExercises {
    @Test func movesAreThoseOfPadAndCrop() {
        let values = Tensor<Float>(normal: [6, 5, 3], using: RandomGenerator(seed: 1))
        let all = (-2...2).flatMap { down in (-2...2).map { moved(values, down: down, right: $0).scalars } }
        #expect(Set(all).count == 25)
        for seed in 0..<60 {
            var image = ImagePixels(height: 6, width: 5, channels: 3, values: values.scalars)
            var random = RandomWords(RandomGenerator(seed: UInt64(seed)))
            PadAndCrop(2).apply(to: &image, using: &random)
            #expect(all.contains(image.values))
        }
        #expect(moved(values, down: 1, right: 0)[1] == values[0])
        #expect(moved(values, down: 0, right: 2)[0][2] == values[0][0])
    }

    @Test(arguments: [20, 32, 44, 56, 110]) func weightsAreCountedRight(_ depth: Int) {
        #expect(weightsOfResNet(depth: depth) == CIFARResNet(depth: depth).parameterCount)
    }

    @Test func seventeenPerThousandOnFifteenHundredImagesAreHardlyMoreThanChance() {
        let probability = chance(ofRates: 0.051, 0.068, count: 1500)
        #expect(probability > 0.02 && probability < 0.03)
        // The same rates on the 100,000 images of the whole set would leave no doubt.
        #expect(chance(ofRates: 0.051, 0.068, count: 100_000) < 1e-20)
        #expect(abs(chance(ofRates: 0.1, 0.1, count: 10) - 0.5) < 1e-12)
    }

    @Test(arguments: [0.0, 0.5, 0.9, -0.3]) func pairsAreWhitenedInClosedForm(_ r: Double) throws {
        let mine = whiteningOfPairs(correlation: r)
        let random = RandomGenerator(seed: 4)
        let rows = Tensor<Float>(normal: [20_000, 2], using: random)
        // Rows of exactly this covariance: whitened first, then given it by its root.
        let white = try ZCAWhitening(FeatureStatistics(rows))(rows)
        let (sum, difference) = ((1 + r).squareRoot(), (1 - r).squareRoot())
        let (own, other) = (Float((sum + difference) / 2), Float((sum - difference) / 2))
        let pairs = matmul(white, Tensor([[own, other], [other, own]]))
        let matrix = try ZCAWhitening(FeatureStatistics(pairs)).matrix
        for i in 0..<2 {
            for j in 0..<2 { #expect(abs(Double(matrix.element(at: i, j)) - mine[i][j]) < 1e-3) }
        }
    }

    @Test func averagedWeightsForgetHalfInSevenThousandSteps() {
        let steps = halfLife(decay: 0.9999)
        #expect(abs(steps - 6931) < 1)
        var share = 1.0
        for _ in 0..<Int(steps.rounded()) { share *= 0.9999 }
        #expect(abs(share - 0.5) < 1e-4)
    }
}
