import Gradus

/// Mean and covariance of rows that come a batch at a time, in double precision.
public struct FeatureStatistics: Sendable {
    /// The number of rows so far.
    public private(set) var count = 0
    /// The mean row, `[D]`.
    public private(set) var mean: Tensor<Double>
    /// The sum of the outer products of the rows' distances from the mean, `[D, D]`.
    private var scatter: Tensor<Double>

    /// No rows yet, of D = `features` numbers each.
    public init(features: Int) {
        mean = Tensor(zeros: [features])
        scatter = Tensor(zeros: [features, features])
    }

    /// The statistics of the rows of `features`, `[N, D]`.
    public init(_ features: Tensor<Float>) {
        check(features.rank == 2, "FeatureStatistics: expected rows [N, D], got \(features.shape)")
        self.init(features: features.shape[1])
        for start in stride(from: 0, to: features.shape[0], by: 1000) {
            add(features[start..<min(start + 1000, features.shape[0])])
        }
    }

    /// Adds the rows of a batch, `[N, D]`.
    ///
    /// Two parts are put together by Chan, Golub & LeVeque's rule (1979): `S = S₁ + S₂ + (n₁n₂ / n) δδᵀ` with `δ` the distance
    /// of their means. It does not lose digits as the difference of squares would.
    ///
    /// - Traps: when the rows have another length.
    public mutating func add(_ features: Tensor<Float>) {
        check(
            features.rank == 2 && features.shape[1] == mean.count,
            "FeatureStatistics: expected rows [N, \(mean.count)], got \(features.shape)")
        let rows = features.shape[0]
        guard rows > 0 else { return }
        let values = Tensor<Double>(features.detached())
        let ownMean = values.mean(axes: [0])
        let centered = values - ownMean
        let step = ownMean - mean
        let total = Double(count + rows)
        let weight = Double(count) * Double(rows) / total
        scatter =
            scatter + matmul(centered, transposeA: true, centered)
            + matmul(step.reshaped(to: [step.count, 1]), step.reshaped(to: [1, step.count])) * weight
        mean = mean + step * (Double(rows) / total)
        count += rows
    }

    /// The covariance with denominator `count − 1`, `[D, D]`; zeros for fewer than two rows.
    public var covariance: Tensor<Double> { scatter / Double(max(1, count - 1)) }
}
