import Gradus
import GradusBLAS

/// Takes the correlations out of rows of numbers and changes them as little as possible otherwise: `y = (x − μ) W` with
/// `W = V diag(1 / √(λ + ε)) Vᵀ`, where `V diag(λ) Vᵀ` is the covariance of the rows it was fitted to (Bell & Sejnowski 1997).
///
/// With ε = 0 the covariance of the whitened rows is the identity. A larger ε leaves directions in which the rows hardly differ,
/// which in images are mostly noise, from being raised to the size of the others.
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

    /// The whitening of known eigenvectors, as of a saved one.
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
    /// - Throws: `LAPACKError` when a number is not finite or the eigenvalues do not converge.
    public init(_ statistics: FeatureStatistics, epsilon: Float = 0) throws {
        let size = statistics.mean.count
        let (values, vectors) = try LAPACK.symmetricEigen(statistics.covariance.scalars, n: size)
        self.init(
            mean: Tensor<Float>(statistics.mean), values: Tensor<Float>(Tensor(values)),
            vectors: Tensor<Float>(Tensor(vectors, shape: [size, size])), epsilon: epsilon)
    }

    /// The whitened rows, `[N, D]`, of `rows`, `[N, D]`.
    public func callAsFunction(_ rows: Tensor<Float>) -> Tensor<Float> { matmul(rows - mean, matrix) }

    /// The rows that become `whitened`, `[N, D]`: `x = y V diag(√(λ + ε)) Vᵀ + μ`.
    public func inverted(_ whitened: Tensor<Float>) -> Tensor<Float> {
        matmul(whitened, Self.matrix(vectors, Self.deviations(values, epsilon))) + mean
    }

    /// `√(λ + ε)`; rounding leaves some of the eigenvalues that should be 0 below it.
    private static func deviations(_ values: Tensor<Float>, _ epsilon: Float) -> [Float] {
        values.scalars.map { (max(0, $0) + epsilon).squareRoot() }
    }

    private static func matrix(_ vectors: Tensor<Float>, _ factors: [Float]) -> Tensor<Float> {
        matmul(vectors * Tensor(factors), vectors, transposeB: true)
    }
}
