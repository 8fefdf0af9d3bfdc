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
/// With few rows the distance comes out too large, since each covariance is off in its own way: compare only distances of
/// equally many rows, and beside that of real against real.
///
/// - Returns: the distance, 0 or above, in squared units of the features.
/// - Throws: ``LAPACKError`` when a statistic is not finite.
/// - Traps: when the features differ in number.
public func frechetDistance(_ a: FeatureStatistics, _ b: FeatureStatistics) throws -> Double {
    let n = a.mean.count
    check(b.mean.count == n, "frechetDistance: \(n) features against \(b.mean.count)")
    let (first, second) = (a.covariance, b.covariance)
    let (values, vectors) = try LAPACK.symmetricEigen(first.scalars, n: n)
    // V diag(√λ): what rounding made negative is zero.
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
