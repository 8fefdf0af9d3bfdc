import Gradus
import GradusBLAS

/// The directions along which rows of features differ most: the eigenvectors of their covariance with the largest
/// eigenvalues.
public struct PrincipalComponents: Sendable {
    /// The mean row, `[D]`.
    public let mean: Tensor<Double>
    /// One direction a row, of length 1, at right angles to one another, `[components, D]`; the one of the largest variance
    /// first. The largest number of each is positive, so that the sign is not left to chance.
    public let directions: Tensor<Double>
    /// The variance along each direction, `[components]`.
    public let variances: Tensor<Double>
    /// The variance along all D directions together: the trace of the covariance.
    public let totalVariance: Double

    /// The first `count` components of the given statistics.
    ///
    /// - Throws: ``LAPACKError`` when a statistic is not finite.
    /// - Traps: when `count` is not in `1...D`.
    public init(_ statistics: FeatureStatistics, count: Int) throws {
        let n = statistics.mean.count
        check((1...max(1, n)).contains(count), "PrincipalComponents: \(count) of \(n) features")
        let covariance = statistics.covariance
        let (values, vectors) = try LAPACK.symmetricEigen(covariance.scalars, n: n)
        mean = statistics.mean
        variances = Tensor(values.reversed().prefix(count).map { max(0, $0) })
        totalVariance = values.reduce(0, +)
        directions = Tensor(
            (0..<count).map { index in
                let direction = (0..<n).map { vectors[$0 * n + n - 1 - index] }
                let largest = direction.max { abs($0) < abs($1) } ?? 1
                return largest < 0 ? direction.map { -$0 } : direction
            })
    }

    /// The share of the whole variance that each direction has, `[components]`.
    public var shares: [Double] { variances.scalars.map { totalVariance > 0 ? $0 / totalVariance : 0 } }

    /// Where rows lie along the directions: `(x − mean) directionsᵀ`, from `[N, D]` to `[N, components]`.
    ///
    /// - Traps: when the rows have another length.
    public func callAsFunction(_ features: Tensor<Float>) -> Tensor<Float> {
        check(
            features.rank == 2 && features.shape[1] == mean.count,
            "PrincipalComponents: expected rows [N, \(mean.count)], got \(features.shape)")
        let centered = Tensor<Double>(features.detached()) - mean
        return Tensor<Float>(matmul(centered, directions, transposeB: true))
    }
}
