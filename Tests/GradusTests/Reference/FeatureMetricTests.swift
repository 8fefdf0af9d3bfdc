import Foundation
import Gradus
import GradusBLAS
import GradusEvaluation
import Testing

@Suite struct FeatureMetricTests {
    /// Two points on each axis, at distances that give the covariance diag(λ).
    private func cross(_ variances: [Double], mean: [Double]) -> Tensor<Float> {
        let n = variances.count
        var rows: [Float] = []
        for (axis, variance) in variances.enumerated() {
            let distance = (variance * Double(2 * n - 1) / 2).squareRoot()
            for sign in [-1.0, 1] {
                rows += (0..<n).map { Float(mean[$0] + ($0 == axis ? sign * distance : 0)) }
            }
        }
        return Tensor(rows, shape: [2 * n, n])
    }

    /// Normal distributions along the same axes: `|δ|² + Σ (√λ₁ − √λ₂)²`.
    @Test func theDistanceOfTwoGaussiansIsTheClosedForm() throws {
        let a = FeatureStatistics(cross([4, 1, 0.25], mean: [1, 2, 3]))
        let b = FeatureStatistics(cross([1, 1, 9], mean: [1, 0, 3.5]))
        #expect(abs(a.covariance.element(at: 0, 0) - 4) < 1e-5 && abs(a.covariance.element(at: 0, 1)) < 1e-6)
        #expect(abs(try frechetDistance(a, b) - (4 + 0.25 + 1 + 0 + 6.25)) < 1e-4)
        #expect(abs(try frechetDistance(b, a) - 11.5) < 1e-4)
        #expect(abs(try frechetDistance(a, a)) < 1e-9)
    }

    /// A turn changes both covariances but not how far they are apart.
    @Test func aTurnChangesNothing() throws {
        let (c, s) = (Float(cos(0.7)), Float(sin(0.7)))
        let turn = Tensor<Float>([c, s, -s, c], shape: [2, 2])
        let sets = [cross([5, 0.5], mean: [0, 1]), cross([2, 3], mean: [1, 1])]
        let plain = try frechetDistance(FeatureStatistics(sets[0]), FeatureStatistics(sets[1]))
        let turned = sets.map { FeatureStatistics(matmul($0, turn)) }
        #expect(abs(try frechetDistance(turned[0], turned[1]) - plain) < 1e-4)
    }

    private func rows(_ tensor: Int, _ count: Int, _ features: Int, mixedBy mixing: Int) -> Tensor<Float> {
        let mixed = matmul(
            Tensor<Double>(ReferenceNumbers.spread(tensor, [count, features])),
            Tensor<Double>(ReferenceNumbers.spread(mixing, [features, features])))
        return Tensor<Float>(mixed)
    }

    /// Tests/Reference/frechet.py: numpy.cov and scipy.linalg.sqrtm; the last case has fewer rows than features.
    @Test(arguments: [
        (3, 50, 40, 0.60791357513),
        (24, 200, 90, 34.0583964946),
        (64, 40, 40, 387.82356619),
    ])
    func theDistanceAgreesWithSciPy(_ features: Int, _ n: Int, _ m: Int, _ expected: Double) throws {
        let a = FeatureStatistics(rows(1, n, features, mixedBy: 3))
        let b = FeatureStatistics(0.8 * rows(2, m, features, mixedBy: 4) + 0.25)
        let found = try frechetDistance(a, b)
        #expect(abs(found - expected) < 1e-6 * expected, "\(found) against \(expected)")
    }

    @Test func batchesGiveTheStatisticsOfTheWhole() {
        // Far from zero, where the difference of squares would lose all digits of a Float.
        let all = rows(5, 97, 6, mixedBy: 6) + 1000
        let whole = FeatureStatistics(all)
        var parts = FeatureStatistics(features: 6)
        for start in [0, 1, 30, 31, 96] {
            let end = [0: 1, 1: 30, 30: 31, 31: 96, 96: 97][start]!
            parts.add(all[start..<end])
        }
        #expect(parts.count == 97)
        #expect((parts.mean - whole.mean).absoluteValue().max().item < 1e-10)
        #expect((parts.covariance - whole.covariance).absoluteValue().max().item < 1e-10)
        let exact = Tensor<Double>(all).variance(axes: [0], correction: 1)
        #expect((0..<6).allSatisfy { abs(whole.covariance.element(at: $0, $0) - exact.element(at: $0)) < 1e-9 })
    }

    @Test func whatIsNotFiniteIsRefused() {
        let good = FeatureStatistics(cross([1, 1], mean: [0, 0]))
        let bad = FeatureStatistics(Tensor<Float>([1, .nan, 2, 3], shape: [2, 2]))
        #expect(throws: LAPACKError.self) { try frechetDistance(good, bad) }
        #expect(throws: LAPACKError.self) { try frechetDistance(bad, good) }
    }

    /// Tests/Reference/frechet.py, by all distances.
    @Test(arguments: [
        (2, 300, 200, 3, 0.6, 0.985, 0.57),
        (5, 150, 250, 1, 1.1, 0.584, 0.726667),
        (16, 200, 200, 5, 0.9, 0.985, 0.85),
    ])
    func precisionAndRecallAgreeWithNumPy(
        _ features: Int, _ n: Int, _ m: Int, _ k: Int, _ scale: Float, _ precision: Double, _ recall: Double
    ) {
        let a = rows(1, n, features, mixedBy: 3)
        let found = PrecisionRecall(real: a, generated: scale * rows(2, m, features, mixedBy: 3), neighbors: k)
        #expect(abs(found.precision - precision) < 1e-6 && abs(found.recall - recall) < 1e-6, "\(found)")
    }

    @Test func equalSetsCoverEachOtherAndDistantOnesDoNot() {
        let a = rows(1, 1500, 4, mixedBy: 3)
        #expect(PrecisionRecall(real: a, generated: a) == PrecisionRecall(real: a, generated: a + 0))
        #expect(PrecisionRecall(real: a, generated: a).precision == 1)
        let far = PrecisionRecall(real: a, generated: a + 50)
        #expect(far.precision == 0 && far.recall == 0)
        // One corner of the real set, again and again: good images, all alike.
        let alike = PrecisionRecall(real: a, generated: 0.05 * rows(2, 300, 4, mixedBy: 3))
        #expect(alike.precision > 0.95 && alike.recall < 0.05, "\(alike)")
    }
}
