import GradusBLAS

extension Kernels {
    /// An operation on a part of a product, given by its rows and columns.
    typealias Finish = @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void

    /// Multiply-adds that justify a separate piece of work.
    static let productGrain = 1 << 21

    /// `C = op(A) op(B)` for row-major matrices: `op(A)` is `[m, k]`, `op(B)` `[k, n]`.
    ///
    /// | product | algorithm | reason |
    /// | --- | --- | --- |
    /// | one row | OpenBLAS, matrix by vector | B is read once, and nothing is packed |
    /// | one column | OpenBLAS, matrix by vector | the same |
    /// | few rows or terms, or both transposed | OpenBLAS | packing would cost more than it saves |
    /// | `A B`, `A Bᵀ` | tiled, one block of B packed at a time | B is read once, and stays in a core's cache |
    /// | `A Bᵀ` with few rows | tiled, as the transpose of `B Aᵀ` | only the small A is packed |
    /// | the same, A's rows a multiple of 4 KiB apart | both packed | such rows evict one another from the first-level cache |
    /// | `Aᵀ B` | both packed | the terms of a sum are rows apart in both |
    ///
    /// The division into parts depends on the sizes only.
    ///
    /// - Parameter finish: called for each part of C as soon as it is complete, while it is in the cache.
    static func matmul<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool,
        into c: MutableMatrixView<Scalar>, finish: Finish? = nil
    ) {
        BLAS.prepareForOwnThreads()
        let k = transposeA ? a.rows : a.columns
        let isSmall = c.rows < 16 || k < 8
        let finishesParts =
            !(isSmall || c.columns == 1 || (transposeA && transposeB)
            || (transposeB && c.rows < 256 && c.columns >= 4 * c.rows))
        if c.rows == 1 {
            rowProduct(a, transposeA: transposeA, b, transposeB: transposeB, into: c)
        } else if c.columns == 1 {
            columnProduct(a, transposeA: transposeA, b, transposeB: transposeB, into: c)
        } else if isSmall || (transposeA && transposeB) {
            blasProduct(a, transposeA: transposeA, b, transposeB: transposeB, into: c)
        } else if transposeA {
            packedProduct(a, transposeA: true, b, transposeB: false, into: c, finish: finish)
        } else if transposeB && c.rows < 256 && c.columns >= 4 * c.rows {
            swappedProduct(a, b, into: c)
        } else if c.rows >= 256, a.leadingDimension * MemoryLayout<Scalar>.stride % 4096 == 0 {
            packedProduct(a, transposeA: false, b, transposeB: transposeB, into: c, finish: finish)
        } else {
            directProduct(a, b, transposeB: transposeB, into: c, finish: finish)
        }
        if let finish, c.rows == 1 || !finishesParts {
            let columns = c.columns
            forEachRowRange(c.rows, width: columns) { finish($0..<($0 + $1), 0..<columns) }
        }
    }

    /// `C = A Bᵀ` as `(B Aᵀ)ᵀ`: B's rows are read in place.
    private static func swappedProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: MutableMatrixView<Scalar>
    ) {
        let packed = PackedWeights<Scalar>(rows: a.columns, outputs: a.rows)
        packed.pack(a.base, rows: 0..<a.columns, rowStep: 1, outputStep: a.leadingDimension)
        let grain = max(14, (b.rows + 15) / 16)
        nonisolated(unsafe) let (a, b, c) = (a, b, c)
        Parallel.forEachRange(b.rows, grain: grain) { first, count in
            withScratch(count * a.rows) { (part: UnsafeMutablePointer<Scalar>) in
                var sizes = TiledProduct(rows: count, features: b.columns, outputs: a.rows)
                sizes.inSteps.column = b.leadingDimension
                sizes.forward(part, b.base + first * b.leadingDimension, packed)
                for row in 0..<a.rows {
                    let out = c.base + row * c.leadingDimension + first
                    for column in 0..<count { out[column] = part[column * a.rows + row] }
                }
            }
        }
    }

    /// `C = A op(B)`: some columns and terms of B are packed and used at once, while they are in a core's cache.
    ///
    /// With few rows the cost of packing dominates: then many columns are packed at a time, so that B is read along
    /// its rows.
    private static func directProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, transposeB: Bool, into c: MutableMatrixView<Scalar>,
        finish: Finish?
    ) {
        let k = a.columns
        let (rowStep, outputStep) = transposeB ? (1, b.leadingDimension) : (b.leadingDimension, 1)
        let terms = min(k, c.rows < 256 ? 256 : 1024)
        let blocks = PackedWeights<Scalar>.cachedBlocks(rows: terms)
        nonisolated(unsafe) let (a, b, c) = (a, b, c)
        forEachPart(c.rows, c.columns, cachedBlocks: blocks, work: c.rows * c.columns * k, of: Scalar.self) {
            rows, columns in
            withScratch(terms * PackedWeights<Scalar>.paddedOutputs(columns.count)) {
                (packed: UnsafeMutablePointer<Scalar>) in
                for term in stride(from: 0, to: k, by: terms) {
                    let length = min(terms, k - term)
                    Scalar.kernels.pointee.pack_weights(
                        packed, b.base + columns.lowerBound * outputStep + term * rowStep, 0, length, length, rowStep,
                        columns.count, outputStep)
                    var sizes = TiledProduct(rows: rows.count, features: length, outputs: columns.count)
                    sizes.accumulates = term > 0
                    sizes.inSteps.column = a.leadingDimension
                    sizes.outSteps.column = c.leadingDimension
                    sizes.forward(
                        c.base + rows.lowerBound * c.leadingDimension + columns.lowerBound,
                        a.base + rows.lowerBound * a.leadingDimension + term, packed: packed)
                }
            }
            finish?(rows, columns)
        }
    }

    /// A product with one row, `cᵀ = op(B)ᵀ aᵀ`, divided by columns; B comes from memory, so pieces are small.
    private static func rowProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool,
        into c: MutableMatrixView<Scalar>
    ) {
        let k = transposeA ? a.rows : a.columns
        nonisolated(unsafe) let row = VectorView(a.base, count: k, stride: transposeA ? a.leadingDimension : 1)
        let pieces = min(max(1, (c.columns * k) >> 17), 16)
        nonisolated(unsafe) let (b, c) = (b, c)
        Parallel.forEachRange(c.columns, grain: max(16, (c.columns + pieces - 1) / pieces)) { start, length in
            let part = transposeB ? b.rows(start, length) : b.columns(start, length)
            BLAS.gemv(part, transposeA: !transposeB, row, into: MutableVectorView(c.base + start, count: length))
        }
    }

    /// A product with one column, `c = op(A) b`, divided by rows.
    private static func columnProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool,
        into c: MutableMatrixView<Scalar>
    ) {
        let k = transposeA ? a.rows : a.columns
        nonisolated(unsafe) let column = VectorView(b.base, count: k, stride: transposeB ? 1 : b.leadingDimension)
        let pieces = min(max(1, (c.rows * k) >> 17), 16)
        nonisolated(unsafe) let (a, c) = (a, c)
        Parallel.forEachRange(c.rows, grain: max(16, (c.rows + pieces - 1) / pieces)) { start, length in
            let part = transposeA ? a.columns(start, length) : a.rows(start, length)
            BLAS.gemv(
                part, transposeA: transposeA, column,
                into: MutableVectorView(c.base + start * c.leadingDimension, count: length, stride: c.leadingDimension))
        }
    }

    /// The product by OpenBLAS, divided along the longer side of C.
    private static func blasProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool,
        into c: MutableMatrixView<Scalar>
    ) {
        let k = transposeA ? a.rows : a.columns
        let pieces = min(max(1, c.rows * c.columns * k / productGrain), 16)
        let alongRows = c.rows >= c.columns
        let length = alongRows ? c.rows : c.columns
        let grain = max(1, (length + pieces - 1) / pieces + 15) / 16 * 16
        nonisolated(unsafe) let (a, b, c) = (a, b, c)
        Parallel.forEachRange(length, grain: max(16, grain)) { start, length in
            if alongRows {
                let part = transposeA ? a.columns(start, length) : a.rows(start, length)
                BLAS.gemm(part, transposeA: transposeA, b, transposeB: transposeB, into: c.rows(start, length))
            } else {
                let part = transposeB ? b.rows(start, length) : b.columns(start, length)
                BLAS.gemm(a, transposeA: transposeA, part, transposeB: transposeB, into: c.columns(start, length))
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
