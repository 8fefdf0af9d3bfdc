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
        beta: Scalar = 0, into y: MutableVectorView<Scalar>, file: StaticString = #fileID, line: UInt = #line
    ) {
        let (m, n) = a.sizes(transposed: transposeA)
        check(
            x.count == n && y.count == m, "gemv: [\(m), \(n)] by [\(x.count)] does not go into [\(y.count)]", file, line
        )
        guard m > 0 else { return }
        guard n > 0 else { return fill(y, beta) }
        Scalar.functions.gemv(
            transposition(transposeA), int32(a.rows, "gemv", file, line), int32(a.columns, "gemv", file, line), alpha,
            a.base, int32(a.leadingDimension, "gemv", file, line), x.base, int32(x.stride, "gemv", file, line), beta,
            y.base, int32(y.stride, "gemv", file, line))
    }

    /// The outer product added to a matrix: `A ← A + alpha · x yᵀ`.
    ///
    /// - Parameters:
    ///   - x: `M` elements.
    ///   - y: `N` elements.
    ///   - a: `[M, N]`.
    /// - Traps: when the sizes disagree.
    public static func ger<Scalar: BLASScalar>(
        alpha: Scalar = 1, _ x: VectorView<Scalar>, _ y: VectorView<Scalar>, into a: MutableMatrixView<Scalar>,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        check(
            a.rows == x.count && a.columns == y.count,
            "ger: [\(x.count)] by [\(y.count)] does not go into [\(a.rows), \(a.columns)]", file, line)
        guard a.rows > 0 && a.columns > 0 else { return }
        Scalar.functions.ger(
            int32(a.rows, "ger", file, line), int32(a.columns, "ger", file, line), alpha, x.base,
            int32(x.stride, "ger", file, line), y.base, int32(y.stride, "ger", file, line), a.base,
            int32(a.leadingDimension, "ger", file, line))
    }

    private static func fill<Scalar>(_ y: MutableVectorView<Scalar>, _ beta: Scalar) {
        for i in 0..<y.count { y.base[i * y.stride] = beta == 0 ? 0 : y.base[i * y.stride] * beta }
    }
}
