import GradusBLAS

extension Kernels {
    /// Multiply-adds that are worth a piece of work of their own.
    static let productGrain = 1 << 21

    /// `C = op(A) op(B)` for row-major matrices: `op(A)` is `[m, k]`, `op(B)` `[k, n]`.
    ///
    /// | product | way | why |
    /// | --- | --- | --- |
    /// | few rows, columns or terms, or both transposed | OpenBLAS | packing would cost more than it saves |
    /// | `A B`, `A Bᵀ` | direct, a block of B packed at a time | B is read once, and stays in a core's cache |
    /// | `Aᵀ B` | direct | A is read as it lies |
    ///
    /// The cut into parts depends on the sizes only.
    static func matmul<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool,
        into c: MutableMatrixView<Scalar>
    ) {
        BLAS.prepareForOwnThreads()
        let k = transposeA ? a.rows : a.columns
        let isSmall = c.rows < 16 || c.columns < 8 || k < 8
        if isSmall || (transposeA && transposeB) {
            blasProduct(a, transposeA: transposeA, b, transposeB: transposeB, into: c)
        } else if transposeA {
            for row in 0..<c.rows { zeroFill(c.base + row * c.leadingDimension, c.columns) }
            addOuterProducts(a, b, into: c)
        } else {
            directProduct(a, b, transposeB: transposeB, into: c)
        }
    }

    /// `C = A op(B)`, for each block of columns: B's block is packed and used at once.
    private static func directProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, transposeB: Bool, into c: MutableMatrixView<Scalar>
    ) {
        let k = a.columns
        let (rowStep, outputStep) = transposeB ? (1, b.leadingDimension) : (b.leadingDimension, 1)
        let block = PackedWeights<Scalar>.block
        forEachPart(c.rows, outputs: c.columns, work: c.rows * c.columns * k, of: Scalar.self) { rows, columns in
            withScratch(k * block) { (packed: UnsafeMutablePointer<Scalar>) in
                for first in stride(from: columns.lowerBound, to: columns.upperBound, by: block) {
                    let count = min(block, columns.upperBound - first)
                    Scalar.kernels.pack_weights(packed, b.base + first * outputStep, 0, k, k, rowStep, count, outputStep)
                    var sizes = DirectSizes(rows: rows.count, features: k, outputs: count)
                    sizes.inSteps.column = a.leadingDimension
                    sizes.outSteps.column = c.leadingDimension
                    sizes.forward(
                        c.base + rows.lowerBound * c.leadingDimension + first,
                        a.base + rows.lowerBound * a.leadingDimension, packed: packed)
                }
            }
        }
    }

    /// `C += Aᵀ B`, over all rows that both have.
    static func addOuterProducts<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: MutableMatrixView<Scalar>
    ) {
        forEachPart(c.rows, outputs: c.columns, work: a.rows * c.rows * c.columns, of: Scalar.self) { elements, columns in
            var sizes = DirectSizes(rows: a.rows, features: elements.count, outputs: c.columns)
            sizes.inSteps.column = a.leadingDimension
            sizes.outSteps.column = b.leadingDimension
            sizes.chosenOutputs = columns
            sizes.sumStep = c.leadingDimension
            sizes.gradient(c.base + elements.lowerBound * c.leadingDimension, a.base + elements.lowerBound, b.base)
        }
    }

    /// The product by OpenBLAS, cut along the longer side of C.
    private static func blasProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool,
        into c: MutableMatrixView<Scalar>
    ) {
        let k = transposeA ? a.rows : a.columns
        let pieces = min(max(1, c.rows * c.columns * k / productGrain), 16)
        let alongRows = c.rows >= c.columns
        let length = alongRows ? c.rows : c.columns
        let grain = max(1, (length + pieces - 1) / pieces + 15) / 16 * 16
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
