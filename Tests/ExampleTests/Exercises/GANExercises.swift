import Foundation
import Gradus
import Testing

/// The exercises of chapter 11 have solutions that hold.
@Suite struct GANExercises {
    @Test func theBestDiscriminatorLosesByHowMuchBothDiffer() {
        let p = [0.1, 0.4, 0.3, 0.2, 0]
        // The same distribution: it can only guess.
        let same = bestDiscriminator(real: p, made: p)
        #expect(same.belief == [0.5, 0.5, 0.5, 0.5, 0.5] && abs(same.loss - log(4)) < 1e-12)
        // No value in common: it is always right.
        let apart = bestDiscriminator(real: [0.5, 0.5, 0, 0], made: [0, 0, 0.3, 0.7])
        #expect(apart.belief == [1, 1, 0, 0] && apart.loss == 0)
        // In between: ln 4 less twice Jensen and Shannon's divergence.
        let q = [0.3, 0.1, 0.1, 0.1, 0.4]
        let middle = zip(p, q).map { ($0 + $1) / 2 }
        func divergence(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
        }
        let jensenShannon = (divergence(p, middle) + divergence(q, middle)) / 2
        #expect(abs(bestDiscriminator(real: p, made: q).loss - (log(4) - 2 * jensenShannon)) < 1e-12)
    }

    @Test func windowsOverlapEvenlyWhenTheStrideDividesTheKernel() {
        // Away from the border.
        func inside(_ counts: Tensor<Float>) -> Set<Float> {
            let side = counts.shape[0]
            return Set(counts.slice(axis: 0, 4..<(side - 4)).slice(axis: 1, 4..<(side - 4)).scalars)
        }
        #expect(inside(windowCounts(side: 8, kernel: 4, stride: 2, padding: 1)) == [4])
        #expect(inside(windowCounts(side: 8, kernel: 5, stride: 2, padding: 2)) == [4, 6, 9])
        #expect(inside(windowCounts(side: 8, kernel: 3, stride: 2, padding: 1)) == [1, 2, 4])
    }

    @Test func againstAFrozenDiscriminatorEverythingBecomesOnePoint() {
        let spread = spreadAgainst { x in 2 - (x - 1).squared() }
        #expect(spread.before > 0.2 && spread.after < 0.1 * spread.before, "\(spread)")
    }

    @Test(arguments: [100, 1000]) func theStraightWayLeavesTheSphere(_ count: Int) {
        let noise = Tensor<Float>(normal: [2, count], using: RandomGenerator(seed: 3))
        let halfway = lengthHalfway(noise[0], noise[1])
        #expect(abs(halfway.line - Float(0.5).squareRoot()) < 0.08 && abs(halfway.sphere - 1) < 0.02, "\(halfway)")
    }
}
