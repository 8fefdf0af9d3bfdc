import Gradus
import GradusBLAS

/// The directions of the largest variance of features: the eigenvectors of their covariance with the largest eigenvalues.
public struct PrincipalComponents: Sendable {
    /// The mean row, `[D]`.
    public let mean: Tensor<Double>
    /// Orthonormal directions, one a row, `[components, D]`, the one of the largest variance first. The entry of the largest
    /// magnitude in each is positive, which fixes the sign.
    public let directions: Tensor<Double>
    /// The variance along each direction, `[components]`.
    public let variances: Tensor<Double>
    /// The sum of the variances along all D directions: the trace of the covariance.
    public let totalVariance: Double

    /// The first `count` components of the given statistics.
    ///
    /// - Throws: `LAPACKError` when a statistic is not finite or the eigenvalues do not converge.
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

    /// The share of each direction in the total variance, `[components]`.
    public var shares: [Double] { variances.scalars.map { totalVariance > 0 ? $0 / totalVariance : 0 } }

    /// The coordinates of rows along the directions: `(x − mean) directionsᵀ`, from `[N, D]` to `[N, components]`.
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

/// Decorrelates rows of numbers and changes them as little as possible otherwise: `y = (x − μ) W` with
/// `W = V diag(1 / √(λ + ε)) Vᵀ`, where `V diag(λ) Vᵀ` is the covariance of the rows it was fitted to (Bell & Sejnowski 1997).
///
/// With ε = 0 the covariance of the whitened rows is the identity. A larger ε amplifies directions of little variance less,
/// which in images are mostly noise.
public struct ZCAWhitening: Sendable {
    /// μ, `[D]`.
    public let mean: Tensor<Float>
    /// λ, smallest first, `[D]`.
    public let values: Tensor<Float>
    /// V: the eigenvectors as columns, `[D, D]`.
    public let vectors: Tensor<Float>
    /// ε
    public let epsilon: Float
    /// W, `[D, D]`, symmetric.
    public let matrix: Tensor<Float>

    /// The whitening with known eigenvalues and eigenvectors, such as saved ones.
    ///
    /// - Traps: when the shapes disagree or ε is negative.
    public init(mean: Tensor<Float>, values: Tensor<Float>, vectors: Tensor<Float>, epsilon: Float) {
        let size = mean.count
        check(
            mean.shape == [size] && values.shape == [size] && vectors.shape == [size, size] && epsilon >= 0,
            "ZCAWhitening: mean \(mean.shape), eigenvalues \(values.shape), eigenvectors \(vectors.shape), ε \(epsilon)"
        )
        (self.mean, self.values, self.vectors, self.epsilon) = (mean, values, vectors, epsilon)
        matrix = Self.matrix(vectors, Self.deviations(values, epsilon).map { $0 > 0 ? 1 / $0 : 0 })
    }

    /// The whitening of rows with the given statistics.
    ///
    /// - Parameter epsilon: ε, in the squared unit of the rows.
    /// - Throws: `LAPACKError` when a statistic is not finite or the eigenvalues do not converge.
    public init(_ statistics: FeatureStatistics, epsilon: Float = 0) throws {
        let size = statistics.mean.count
        let (values, vectors) = try LAPACK.symmetricEigen(statistics.covariance.scalars, n: size)
        self.init(
            mean: Tensor<Float>(statistics.mean), values: Tensor<Float>(Tensor(values)),
            vectors: Tensor<Float>(Tensor(vectors, shape: [size, size])), epsilon: epsilon)
    }

    /// The whitened rows, `[N, D]`, of `rows`, `[N, D]`.
    public func callAsFunction(_ rows: Tensor<Float>) -> Tensor<Float> { matmul(rows - mean, matrix) }

    /// The inverse, for `whitened` rows `[N, D]`: `x = y V diag(√(λ + ε)) Vᵀ + μ`.
    public func inverted(_ whitened: Tensor<Float>) -> Tensor<Float> {
        matmul(whitened, Self.matrix(vectors, Self.deviations(values, epsilon))) + mean
    }

    /// `√(λ + ε)`; rounding makes some eigenvalues that should be 0 slightly negative, which count as 0.
    private static func deviations(_ values: Tensor<Float>, _ epsilon: Float) -> [Float] {
        values.scalars.map { (max(0, $0) + epsilon).squareRoot() }
    }

    /// `V diag(factors) Vᵀ`
    private static func matrix(_ vectors: Tensor<Float>, _ factors: [Float]) -> Tensor<Float> {
        matmul(vectors * Tensor(factors), vectors, transposeB: true)
    }
}
