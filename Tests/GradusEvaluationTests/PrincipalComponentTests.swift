import Foundation
import Gradus
import GradusEvaluation
import Testing

@Suite struct PrincipalComponentTests {
    /// Rows `mean ± distance · direction` for three directions at right angles, two of them along none of the axes.
    private let directions: [[Double]] = [[0.6, 0.8, 0], [-0.8, 0.6, 0], [0, 0, 1]]
    private let variances = [1.0, 9, 4]
    private let mean = [10.0, -20, 5]

    private var rows: Tensor<Float> {
        Tensor(
            zip(directions, variances).flatMap { direction, variance in
                // Six rows, denominator 5.
                let distance = (variance * 5 / 2).squareRoot()
                return [-distance, distance].map { step in
                    zip(mean, direction).map { Float($0 + step * $1) }
                }
            })
    }

    @Test func theDirectionsOfAHandMadeCovarianceAreFound() throws {
        let found = try PrincipalComponents(FeatureStatistics(rows), count: 2)
        #expect(zip(found.variances.scalars, [9, 4]).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(abs(found.totalVariance - 14) < 1e-4 && abs(found.shares[0] - 9.0 / 14) < 1e-5)
        // The largest number of a direction is positive.
        let expected = Tensor([[0.8, -0.6, 0], [0, 0, 1]])
        #expect((found.directions - expected).absoluteValue().max().item < 1e-5)
        #expect((found.mean - Tensor(mean)).absoluteValue().max().item < 1e-6)
    }

    @Test func rowsAreDescribedByTheirDistancesAlongTheDirections() throws {
        let places = try PrincipalComponents(FeatureStatistics(rows), count: 2)(rows)
        let (far, near) = (Float(22.5).squareRoot(), Float(10).squareRoot())
        let expected = Tensor<Float>([[0, 0], [0, 0], [far, 0], [-far, 0], [0, -near], [0, near]])
        #expect((places - expected).absoluteValue().max().item < 1e-4, "\(places)")
    }

    /// More features than rows: the remaining variance is zero, not negative.
    @Test func fewRowsLeaveDirectionsWithoutVariance() throws {
        let few = Tensor<Float>(normal: [3, 8], using: RandomGenerator(seed: 1))
        let found = try PrincipalComponents(FeatureStatistics(few), count: 8)
        #expect(found.variances.scalars.allSatisfy { $0 >= 0 } && found.variances.scalars[2] < 1e-6)
        #expect(abs(found.shares.reduce(0, +) - 1) < 1e-6)
    }
}
