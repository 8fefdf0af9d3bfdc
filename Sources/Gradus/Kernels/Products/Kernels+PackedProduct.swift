import CKernels
import GradusBLAS

/// Products of two matrices that are both packed first.
extension Kernels {
    /// Terms that are summed before the result is accessed: a tile with this many stays in the first-level cache.
    private static let termsAtATime = 512
    /// Bytes of the packed matrix that all threads share.
    private static let sharedBytes = 8 << 20
    private static var tileRows: Int { Int(GRADUS_TILE_ROWS) }

    /// `C = op(A) op(B)`.
    static func packedProduct<Scalar: DifferentiableScalar>(
        _ a: MatrixView<Scalar>, transposeA: Bool, _ b: MatrixView<Scalar>, transposeB: Bool,
        into c: MutableMatrixView<Scalar>, finish: Finish?
    ) {
        packedProduct(
            Factor(a, isTransposed: transposeA), Factor(b, isTransposed: !transposeB), accumulates: false, into: c,
            finish: finish)
    }

    /// `sums[d, m] = Σ x[row, d] y[row, m]` over all rows; with `accumulates`, added to the previous contents.
    ///
    /// - Parameter pieces: the rows in one or more arrays: `x` `[rows, d]` and `y` `[rows, m]`.
    static func sumOfOuterProducts<Scalar: DifferentiableScalar>(
        _ pieces: [(x: UnsafePointer<Scalar>, y: UnsafePointer<Scalar>, rows: Int)], _ d: Int, _ m: Int,
        accumulates: Bool, into sums: UnsafeMutablePointer<Scalar>
    ) {
        packedProduct(
            Factor(rows: pieces.map { ($0.x, $0.rows) }, width: d),
            Factor(rows: pieces.map { ($0.y, $0.rows) }, width: m),
            accumulates: accumulates, into: MutableMatrixView(sums, rows: d, columns: m))
    }

    /// The rows of A, or the columns of B, with the terms of the sums.
    private struct Factor<Scalar: DifferentiableScalar> {
        /// The terms, in one or more arrays.
        let pieces: [(base: UnsafePointer<Scalar>, terms: Int)]
        let lines: Int
        /// Elements from one line to the next, and from one term to the next.
        let (lineStep, termStep): (Int, Int)

        init(_ matrix: MatrixView<Scalar>, isTransposed: Bool) {
            let size = isTransposed ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
            (pieces, lines) = ([(matrix.base, size.1)], size.0)
            (lineStep, termStep) = isTransposed ? (1, matrix.leadingDimension) : (matrix.leadingDimension, 1)
        }

        /// Rows of `width` numbers, each of which is a term.
        init(rows pieces: [(base: UnsafePointer<Scalar>, terms: Int)], width: Int) {
            (self.pieces, lines, lineStep, termStep) = (pieces, width, 1, width)
        }

        var terms: Int { pieces.reduce(0) { $0 + $1.terms } }

        /// Calls `body` with the arrays that contain the given terms, for the lines from `line`.
        ///
        /// - Parameter body: takes the address in an array, and the range of its terms, counted from the first
        ///   requested.
        func forEachPiece(
            _ line: Int, _ wanted: Range<Int>, _ body: (_ source: UnsafePointer<Scalar>, _ terms: Range<Int>) -> Void
        ) {
            var first = 0
            for piece in pieces {
                let found = (first..<(first + piece.terms)).clamped(to: wanted)
                if !found.isEmpty {
                    body(
                        piece.base + line * lineStep + (found.lowerBound - first) * termStep,
                        (found.lowerBound - wanted.lowerBound)..<(found.upperBound - wanted.lowerBound))
                }
                first += piece.terms
            }
        }
    }

    /// `C = A B`, or `C += A B`.
    ///
    /// A is packed once for all threads. Each thread packs its columns of B, some terms at a time, so that they stay
    /// in its cache while all rows of A are multiplied by them.
    private static func packedProduct<Scalar: DifferentiableScalar>(
        _ a: Factor<Scalar>, _ b: Factor<Scalar>, accumulates: Bool, into c: MutableMatrixView<Scalar>,
        finish: Finish? = nil
    ) {
        let terms = a.terms
        let paddedRows = (c.rows + tileRows - 1) / tileRows * tileRows
        let stepBytes = max(1, paddedRows * termsAtATime * MemoryLayout<Scalar>.stride)
        let span = max(1, sharedBytes / stepBytes) * termsAtATime
        withScratch(paddedRows * min(span, terms)) { (packed: UnsafeMutablePointer<Scalar>) in
            for first in stride(from: 0, to: max(1, terms), by: span) {
                let some = first..<min(terms, first + span)
                packTiles(a, some, into: packed)
                multiply(
                    packed, b, some, accumulates: accumulates || first > 0, into: c,
                    finish: some.upperBound == terms ? finish : nil)
            }
        }
    }

    /// Packs rows for `multiply`, some terms at a time.
    private static func packTiles<Scalar: DifferentiableScalar>(
        _ rows: Factor<Scalar>, _ range: Range<Int>, into packed: UnsafeMutablePointer<Scalar>
    ) {
        let tiles = (rows.lines + tileRows - 1) / tileRows
        let grain = max(1, Parallel.elementGrain / (tileRows * termsAtATime))
        forEachStep(range) { terms, done in
            nonisolated(unsafe) let (rows, packed) = (rows, packed)
            Parallel.forEachRange(tiles, grain: grain) { tile, count in
                let row = tile * tileRows
                rows.forEachPiece(row, terms) { source, part in
                    Scalar.kernels.pointee.pack_tiles(
                        packed + (done * tiles + tile * terms.count) * tileRows, source,
                        min(count * tileRows, rows.lines - row),
                        rows.lineStep, part.lowerBound, part.count, terms.count, rows.termStep)
                }
            }
        }
    }

    /// `C = left right`, or `C += left right`, for some terms whose left factors are packed.
    private static func multiply<Scalar: DifferentiableScalar>(
        _ left: UnsafePointer<Scalar>, _ right: Factor<Scalar>, _ range: Range<Int>, accumulates: Bool,
        into c: MutableMatrixView<Scalar>, finish: Finish?
    ) {
        let longest = min(termsAtATime, range.count)
        let paddedRows = (c.rows + tileRows - 1) / tileRows * tileRows
        let blocks = PackedWeights<Scalar>.cachedBlocks(rows: longest)
        nonisolated(unsafe) let (left, right, c) = (left, right, c)
        forEachPart(
            c.rows, c.columns, cachedBlocks: blocks, work: range.count * c.rows * c.columns, least: (64, 2),
            tileRows: tileRows, of: Scalar.self
        ) { rows, columns in
            withScratch(longest * PackedWeights<Scalar>.paddedOutputs(columns.count)) {
                (packed: UnsafeMutablePointer<Scalar>) in
                forEachStep(range) { terms, done in
                    right.forEachPiece(columns.lowerBound, terms) { source, part in
                        Scalar.kernels.pointee.pack_weights(
                            packed, source, part.lowerBound, part.count, terms.count, right.termStep, columns.count,
                            right.lineStep)
                    }
                    Scalar.kernels.pointee.packed_product(
                        c.base + rows.lowerBound * c.leadingDimension + columns.lowerBound, c.leadingDimension,
                        left + done * paddedRows + rows.lowerBound * terms.count, packed, rows.count, columns.count,
                        terms.count, accumulates || done > 0 ? 1 : 0)
                }
            }
            finish?(rows, columns)
        }
    }

    /// Calls `body` with ranges of `termsAtATime` terms and the number of terms before each; once with an empty range
    /// if there are no terms.
    private static func forEachStep(_ range: Range<Int>, _ body: (_ terms: Range<Int>, _ done: Int) -> Void) {
        for done in stride(from: 0, to: max(1, range.count), by: termsAtATime) {
            let first = range.lowerBound + done
            body(first..<min(range.upperBound, first + termsAtATime), done)
        }
    }
}
