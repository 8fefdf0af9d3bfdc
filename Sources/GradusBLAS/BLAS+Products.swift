import COpenBLAS

extension BLAS {
    /// The matrix product `C ← alpha · op(A) op(B) + beta · C`, where `op` transposes if its flag is set.
    ///
    /// If `beta` is 0, `C` is not read and may contain anything, even NaN. With an inner length of 0, the result is
    /// `beta · C`.
    ///
    /// - Parameters:
    ///   - a: `[M, K]`, or `[K, M]` with `transposeA`.
    ///   - b: `[K, N]`, or `[N, K]` with `transposeB`.
    ///   - c: `[M, N]`.
    /// - Traps: when the sizes disagree.
    public static func gemm<Scalar: BLASScalar>(
        alpha: Scalar = 1, _ a: MatrixView<Scalar>, transposeA: Bool = false, _ b: MatrixView<Scalar>,
        transposeB: Bool = false, beta: Scalar = 0, into c: MutableMatrixView<Scalar>
    ) {
        let (m, k) = a.sizes(transposed: transposeA)
        let (inner, n) = b.sizes(transposed: transposeB)
        check(
            k == inner && c.rows == m && c.columns == n,
            "gemm: [\(m), \(k)] by [\(inner), \(n)] does not fit the result [\(c.rows), \(c.columns)]")
        guard m > 0 && n > 0 else { return }
        guard k > 0 else { return scale(c, by: beta) }
        Scalar.functions.gemm(
            transposition(transposeA), transposition(transposeB), int32(m, "gemm"),
            int32(n, "gemm"), int32(k, "gemm"), alpha, a.base,
            int32(a.leadingDimension, "gemm"), b.base, int32(b.leadingDimension, "gemm"), beta,
            c.base, int32(c.leadingDimension, "gemm"))
    }

    private static func scale<Scalar>(_ c: MutableMatrixView<Scalar>, by beta: Scalar) {
        for i in 0..<c.rows {
            let row = c.base + i * c.leadingDimension
            for j in 0..<c.columns { row[j] = beta == 0 ? 0 : row[j] * beta }
        }
    }

    static func transposition(_ isTransposed: Bool) -> CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
}

extension BLAS {
    /// The matrix-vector product `y ← alpha · op(A) x + beta · y`, where `op` transposes if its flag is set.
    ///
    /// - Parameters:
    ///   - a: `[M, N]`.
    ///   - x: `N` elements (`M` when transposed).
    ///   - y: `M` elements (`N` when transposed); not read if `beta` is 0.
    /// - Traps: when the sizes disagree.
    public static func gemv<Scalar: BLASScalar>(
        alpha: Scalar = 1, _ a: MatrixView<Scalar>, transposeA: Bool = false, _ x: VectorView<Scalar>,
        beta: Scalar = 0, into y: MutableVectorView<Scalar>
    ) {
        let (m, n) = a.sizes(transposed: transposeA)
        check(x.count == n && y.count == m, "gemv: [\(m), \(n)] by [\(x.count)] does not fit the result [\(y.count)]")
        guard m > 0 else { return }
        guard n > 0 else { return fill(y, beta) }
        Scalar.functions.gemv(
            transposition(transposeA), int32(a.rows, "gemv"), int32(a.columns, "gemv"), alpha,
            a.base, int32(a.leadingDimension, "gemv"), x.base, int32(x.stride, "gemv"), beta,
            y.base, int32(y.stride, "gemv"))
    }

    /// Adds an outer product to a matrix: `A ← A + alpha · x yᵀ`.
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
            "ger: [\(x.count)] by [\(y.count)] does not fit the result [\(a.rows), \(a.columns)]")
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
