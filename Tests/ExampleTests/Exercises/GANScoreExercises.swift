import Gradus
import GradusEvaluation
import Testing

/// The exercises of chapter 11 on scores have solutions that hold.
@Suite struct GANScoreExercises {
    @Test func theDistanceOfNumbersAgreesWithTheLibrary() throws {
        let random = RandomGenerator(seed: 3)
        let a = Tensor<Float>(normal: [200, 1], using: random)
        let b = Tensor<Float>(normal: [150, 1], mean: 2, deviation: 0.5, using: random)
        let mine = frechetDistanceOfNumbers(a.scalars.map { Double($0) }, b.scalars.map { Double($0) })
        #expect(abs(mine - (try frechetDistance(FeatureStatistics(a), FeatureStatistics(b)))) < 1e-9)
        #expect(abs(mine - 4.25) < 0.5)
    }

    /// Ten times the rows, about a tenth of the distance.
    @Test func fewRowsMakeTheDistanceTooLarge() throws {
        let distances = try [200, 2000].map { count in
            try (1...3).map { try distanceOfLikeSets(count: count, seed: $0) }.reduce(0, +) / 3
        }
        #expect(distances[1] > 0 && (7...16).contains(distances[0] / distances[1]), "\(distances)")
    }

    @Test func copiesFoolTheScore() throws {
        let real = Tensor<Float>(normal: [400, 8], using: RandomGenerator(seed: 5))
        let all = try scoreOfCopies(kept: 400, of: real)
        #expect(all.distance < 1e-6 && all.overlap.precision == 1 && all.overlap.recall == 1)
        // Half of them, each twice: everything it shows is real, and the distance still looks good.
        let half = try scoreOfCopies(kept: 200, of: real)
        let other = try frechetDistance(
            FeatureStatistics(real),
            FeatureStatistics(Tensor<Float>(normal: [400, 8], using: RandomGenerator(seed: 6))))
        #expect(half.overlap.precision == 1 && half.distance < 2 * other)
        // A few, again and again: precision says nothing, recall and distance notice.
        let few = try scoreOfCopies(kept: 4, of: real)
        #expect(few.overlap.precision == 1 && few.overlap.recall < 0.1 && few.distance > 20 * other, "\(few)")
    }
}
