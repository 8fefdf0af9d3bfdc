extension BLAS {
    /// The matrix-vector product `y ← alpha · op(A) x + beta · y`, where `op` transposes when its flag is set.
    ///
    /// - Parameters:
    ///   - a: `[M, N]`.
    ///   - x: `N` elements (`M` when transposed).
    ///   - y: `M` elements (`N` when transposed); not read with `beta` 0.
    /// - Traps: when the sizes disagree.
    public static func gemv<Scalar: BLASScalar>(
        alpha: Scalar = 1, _ a: MatrixView<Scalar>, transposeA: Bool = false, _ x: VectorView<Scalar>,
        beta: Scalar = 0, into y: MutableVectorView<Scalar>
    ) {
        let (m, n) = a.sizes(transposed: transposeA)
        check(x.count == n && y.count == m, "gemv: [\(m), \(n)] by [\(x.count)] does not go into [\(y.count)]")
        guard m > 0 else { return }
        guard n > 0 else { return fill(y, beta) }
        Scalar.functions.gemv(
            transposition(transposeA), int32(a.rows, "gemv"), int32(a.columns, "gemv"), alpha,
            a.base, int32(a.leadingDimension, "gemv"), x.base, int32(x.stride, "gemv"), beta,
            y.base, int32(y.stride, "gemv"))
    }

    /// The outer product added to a matrix: `A ← A + alpha · x yᵀ`.
    ///
    /// - Parameters:
    ///   - x: `M` elements.
    ///   - y: `N` elements.
    ///   - a: `[M, N]`.
    /// - Traps: when the sizes disagree.
    public static func ger<Scalar: BLASScalar>(
        alpha: Scalar = 1, _ x: VectorView<Scalar>, _ y: VectorView<Scalar>, into a: MutableMatrixView<Scalar>
    ) {
        check(
            a.rows == x.count && a.columns == y.count,
            "ger: [\(x.count)] by [\(y.count)] does not go into [\(a.rows), \(a.columns)]")
        guard a.rows > 0 && a.columns > 0 else { return }
        Scalar.functions.ger(
            int32(a.rows, "ger"), int32(a.columns, "ger"), alpha, x.base,
            int32(x.stride, "ger"), y.base, int32(y.stride, "ger"), a.base,
            int32(a.leadingDimension, "ger"))
    }

    private static func fill<Scalar>(_ y: MutableVectorView<Scalar>, _ beta: Scalar) {
        for i in 0..<y.count { y.base[i * y.stride] = beta == 0 ? 0 : y.base[i * y.stride] * beta }
    }
}
