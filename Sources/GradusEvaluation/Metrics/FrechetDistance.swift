import Gradus
import GradusBLAS

/// The squared Fréchet distance of two normal distributions (Dowson & Landau 1982), with which Heusel et al. (2017) compare
/// the features of generated and of real images:
///
/// `d² = |μ₁ − μ₂|² + tr(C₁) + tr(C₂) − 2 tr((C₁C₂)^½)`
///
/// The product of two covariances is not symmetric, but `C₁^½ C₂ C₁^½` is, and has the same eigenvalues. So two symmetric
/// eigenvalue problems give the trace of the root, and rounding makes no complex numbers.
///
/// With few rows the distance is too large, because each covariance has its own error: compare only distances of equally many
/// rows, and include the distance between two sets of real ones.
///
/// - Returns: the distance, 0 or above, in squared units of the features.
/// - Throws: `LAPACKError` when a statistic is not finite.
/// - Traps: when the features differ in number.
public func frechetDistance(_ a: FeatureStatistics, _ b: FeatureStatistics) throws -> Double {
    let n = a.mean.count
    check(b.mean.count == n, "frechetDistance: \(n) features against \(b.mean.count)")
    let (first, second) = (a.covariance, b.covariance)
    let (values, vectors) = try LAPACK.symmetricEigen(first.scalars, n: n)
    // V diag(√λ); eigenvalues below 0 are rounding errors.
    let roots = Tensor(values.map { max(0, $0).squareRoot() })
    let scaled = Tensor(vectors, shape: [n, n]) * roots
    let product = matmul(scaled, transposeA: true, matmul(second, scaled))
    let symmetric = (product + product.transposed()) * 0.5
    let rootTrace = try LAPACK.symmetricEigen(symmetric.scalars, n: n).values.reduce(0) {
        $0 + max(0, $1).squareRoot()
    }
    let step = a.mean - b.mean
    return max(0, (step * step).sum().item + trace(first) + trace(second) - 2 * rootTrace)
}

private func trace(_ matrix: Tensor<Double>) -> Double {
    (0..<matrix.shape[0]).reduce(0) { $0 + matrix.element(at: $1, $1) }
}

/// Mean and covariance of rows added in batches, in double precision.
public struct FeatureStatistics: Sendable {
    /// The number of rows so far.
    public private(set) var count = 0
    /// The mean row, `[D]`.
    public private(set) var mean: Tensor<Double>
    /// The sum of the outer products of the rows' differences from the mean, `[D, D]`.
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
    /// Combined by Chan, Golub & LeVeque's rule (1979), `S = S₁ + S₂ + (n₁n₂ / n) δδᵀ` with `δ` the difference of the means,
    /// which does not cancel digits as a difference of squares would.
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
