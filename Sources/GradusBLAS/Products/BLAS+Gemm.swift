import COpenBLAS

extension BLAS {
    /// The matrix product `C ← alpha · op(A) op(B) + beta · C`, where `op` transposes when its flag is set.
    ///
    /// With `beta` 0, `C` is not read and may hold anything, NaN included. An inner length of 0 gives `beta · C`.
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
            "gemm: [\(m), \(k)] by [\(inner), \(n)] does not go into [\(c.rows), \(c.columns)]")
        guard m > 0 && n > 0 else { return }
        guard k > 0 else { return scale(c, by: beta) }
        Scalar.functions.gemm(
            transposition(transposeA), transposition(transposeB), int32(m, "gemm"),
            int32(n, "gemm"), int32(k, "gemm"), alpha, a.base,
            int32(a.leadingDimension, "gemm"), b.base, int32(b.leadingDimension, "gemm"), beta,
            c.base, int32(c.leadingDimension, "gemm"))
    }

    /// One product for each matrix of a batch: `C[i] ← alpha · op(A[i]) op(B[i]) + beta · C[i]`.
    ///
    /// - Parameters:
    ///   - count: the number of products.
    ///   - a: the first matrix; matrix i begins `i * strideA` elements behind it. A stride of 0 uses it every time.
    ///   - b: likewise.
    ///   - c: likewise; results must not overlap.
    /// - Traps: when the sizes disagree, or the results overlap.
    public static func gemmBatched<Scalar: BLASScalar>(
        count: Int, alpha: Scalar = 1, _ a: MatrixView<Scalar>, strideA: Int, transposeA: Bool = false,
        _ b: MatrixView<Scalar>, strideB: Int, transposeB: Bool = false, beta: Scalar = 0,
        into c: MutableMatrixView<Scalar>, strideC: Int
    ) {
        check(count >= 0, "gemmBatched: negative count \(count)")
        let extent = c.rows == 0 ? 0 : (c.rows - 1) * c.leadingDimension + c.columns
        check(count < 2 || strideC >= extent, "gemmBatched: results \(strideC) elements apart overlap")
        for i in 0..<count {
            gemm(
                alpha: alpha,
                MatrixView(
                    a.base + i * strideA, rows: a.rows, columns: a.columns, leadingDimension: a.leadingDimension),
                transposeA: transposeA,
                MatrixView(
                    b.base + i * strideB, rows: b.rows, columns: b.columns, leadingDimension: b.leadingDimension),
                transposeB: transposeB, beta: beta,
                into: MutableMatrixView(
                    c.base + i * strideC, rows: c.rows, columns: c.columns, leadingDimension: c.leadingDimension))
        }
    }

    private static func scale<Scalar>(_ c: MutableMatrixView<Scalar>, by beta: Scalar) {
        for i in 0..<c.rows {
            let row = c.base + i * c.leadingDimension
            for j in 0..<c.columns { row[j] = beta == 0 ? 0 : row[j] * beta }
        }
    }

    static func transposition(_ isTransposed: Bool) -> CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
}
