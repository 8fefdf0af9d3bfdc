import CKernels
import GradusBLAS

/// Products of two matrices that are both packed first.
extension Kernels {
    /// Terms of a sum that are added up before the result is touched: a tile of so many stays in the nearest cache.
    private static let termsAtATime = 512
    /// Bytes of the packed matrix that all threads share.
    private static let sharedBytes = 8 << 20
    private static var tileRows: Int { Int(GRADUS_TILE_ROWS) }

    /// `C = op(A) op(B)`, or `C += op(A) op(B)`.
    ///
    /// `op(A)` is packed once for all threads. Each thread packs its columns of `op(B)`, some terms at a time, so that they
    /// stay in its cache while all rows of `op(A)` pass them.
    static func packedProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool = false, _ b: MatrixView<Scalar>, transposeB: Bool = false,
        accumulates: Bool = false, into c: MutableMatrixView<Scalar>
    ) {
        let left = Factor(a, isTransposed: transposeA), right = Factor(b, isTransposed: !transposeB)
        let paddedRows = (c.rows + tileRows - 1) / tileRows * tileRows
        let stepBytes = max(1, paddedRows * termsAtATime * MemoryLayout<Scalar>.stride)
        let span = max(1, sharedBytes / stepBytes) * termsAtATime
        withScratch(paddedRows * min(span, left.terms)) { (packed: UnsafeMutablePointer<Scalar>) in
            for first in stride(from: 0, to: max(1, left.terms), by: span) {
                let terms = first..<min(left.terms, first + span)
                packTiles(left.of(terms), into: packed)
                multiply(packed, right.of(terms), accumulates: accumulates || first > 0, into: c)
            }
        }
    }

    /// Rows, or columns, of a matrix as sums of products go through them.
    private struct Factor<Scalar: DifferentiableScalar> {
        var base: UnsafePointer<Scalar>
        var (lines, terms): (Int, Int)
        /// Elements from one line, and from one term, to the next.
        let (lineStep, termStep): (Int, Int)

        init(_ matrix: MatrixView<Scalar>, isTransposed: Bool) {
            base = matrix.base
            (lines, terms) = isTransposed ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
            (lineStep, termStep) = isTransposed ? (1, matrix.leadingDimension) : (matrix.leadingDimension, 1)
        }

        /// Some of the terms.
        func of(_ range: Range<Int>) -> Factor {
            var part = self
            part.base += range.lowerBound * termStep
            part.terms = range.count
            return part
        }

        /// The number `term` of a line.
        func at(_ line: Int, _ term: Int) -> UnsafePointer<Scalar> { base + line * lineStep + term * termStep }
    }

    /// Packs rows for `multiply`: some terms of all of them, then the next.
    private static func packTiles<Scalar: DifferentiableScalar>(
        _ rows: Factor<Scalar>, into packed: UnsafeMutablePointer<Scalar>
    ) {
        let tiles = (rows.lines + tileRows - 1) / tileRows
        let grain = max(1, Parallel.elementGrain / (tileRows * termsAtATime))
        for term in stride(from: 0, to: rows.terms, by: termsAtATime) {
            let terms = min(termsAtATime, rows.terms - term)
            Parallel.forEachRange(tiles, grain: grain) { tile, count in
                let row = tile * tileRows
                Scalar.kernels.pack_tiles(
                    packed + (term * tiles + tile * terms) * tileRows, rows.at(row, term),
                    min(count * tileRows, rows.lines - row), rows.lineStep, terms, rows.termStep)
            }
        }
    }

    /// `C = left right`, or `C += left right`, for tiles that are packed already.
    private static func multiply<Scalar: DifferentiableScalar>(
        _ left: UnsafePointer<Scalar>, _ right: Factor<Scalar>, accumulates: Bool, into c: MutableMatrixView<Scalar>
    ) {
        let longest = min(termsAtATime, right.terms)
        let paddedRows = (c.rows + tileRows - 1) / tileRows * tileRows
        let blocks = PackedWeights<Scalar>.cachedBlocks(rows: longest)
        forEachPart(
            c.rows, c.columns, cachedBlocks: blocks, work: right.terms * c.rows * c.columns, least: (64, 2),
            tileRows: tileRows, of: Scalar.self
        ) { rows, columns in
            withScratch(longest * PackedWeights<Scalar>.paddedOutputs(columns.count)) {
                (packed: UnsafeMutablePointer<Scalar>) in
                for term in stride(from: 0, to: max(1, right.terms), by: termsAtATime) {
                    let terms = min(termsAtATime, right.terms - term)
                    Scalar.kernels.pack_weights(
                        packed, right.at(columns.lowerBound, term), 0, terms, terms, right.termStep, columns.count,
                        right.lineStep)
                    Scalar.kernels.packed_product(
                        c.base + rows.lowerBound * c.leadingDimension + columns.lowerBound, c.leadingDimension,
                        left + term * paddedRows + rows.lowerBound * terms, packed, rows.count, columns.count, terms,
                        accumulates || term > 0 ? 1 : 0)
                }
            }
        }
    }
}
