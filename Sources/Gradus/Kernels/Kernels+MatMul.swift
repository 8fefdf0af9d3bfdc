import GradusBLAS

extension Kernels {
    /// Multiply-adds that are worth a piece of work of their own.
    static let productGrain = 1 << 21

    /// `C = op(A) op(B) + beta C` for row-major matrices: `op(A)` is `[m, k]`, `op(B)` `[k, n]`.
    ///
    /// A large product is cut into tiles of `C`; OpenBLAS computes each on one thread. The cut depends on the sizes only.
    static func matmul<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool, beta: Scalar = 0,
        into c: MutableMatrixView<Scalar>
    ) {
        BLAS.prepareForOwnThreads()
        let k = transposeA ? a.rows : a.columns
        let pieces = min(max(1, c.rows * c.columns * k / productGrain), 16)
        let alongRows = c.rows >= c.columns
        let length = alongRows ? c.rows : c.columns
        let grain = max(1, (length + pieces - 1) / pieces + 15) / 16 * 16
        Parallel.forEachRange(length, grain: max(16, grain)) { start, length in
            if alongRows {
                let part = transposeA ? a.columns(start, length) : a.rows(start, length)
                BLAS.gemm(
                    part, transposeA: transposeA, b, transposeB: transposeB, beta: beta, into: c.rows(start, length))
            } else {
                let part = transposeB ? b.rows(start, length) : b.columns(start, length)
                BLAS.gemm(
                    a, transposeA: transposeA, part, transposeB: transposeB, beta: beta, into: c.columns(start, length))
            }
        }
    }
}

extension MatrixView {
    func rows(_ start: Int, _ count: Int) -> MatrixView {
        MatrixView(base + start * leadingDimension, rows: count, columns: columns, leadingDimension: leadingDimension)
    }

    func columns(_ start: Int, _ count: Int) -> MatrixView {
        MatrixView(base + start, rows: rows, columns: count, leadingDimension: leadingDimension)
    }
}

extension MutableMatrixView {
    func rows(_ start: Int, _ count: Int) -> MutableMatrixView {
        MutableMatrixView(
            base + start * leadingDimension, rows: count, columns: columns, leadingDimension: leadingDimension)
    }

    func columns(_ start: Int, _ count: Int) -> MutableMatrixView {
        MutableMatrixView(base + start, rows: rows, columns: count, leadingDimension: leadingDimension)
    }
}
