import CKernels

/// Kernels along an axis: indices of extremes, sorting, cumulative sums.
extension Kernels {
    /// The index of the largest or smallest element along the middle axis of x[outer, n, inner].
    static func best<Scalar: TensorScalar>(
        _ out: UnsafeMutablePointer<Int32>, _ x: UnsafePointer<Scalar>, outer: Int, n: Int, inner: Int, smallest: Bool
    ) {
        let kernel = gradus_bytes().pointee.arg_extreme
        let (type, smallest) = (Scalar.elementType.kernelType, smallest ? Int32(1) : 0)
        nonisolated(unsafe) let (out, x) = (out, x)
        let pieces = (n + 2 * Parallel.elementGrain - 1) / (2 * Parallel.elementGrain)
        if inner == 1 && outer < 8 && pieces > 1 {
            // The extremes of long pieces, and then the extreme of those.
            return withScratch(pieces, of: Int32.self) { indices in
                nonisolated(unsafe) let indices = indices
                for row in 0..<outer {
                    nonisolated(unsafe) let x = x + row * n
                    Parallel.forEachRange(n, grain: 2 * Parallel.elementGrain) { start, length in
                        let piece = start / (2 * Parallel.elementGrain)
                        kernel(type, smallest, indices + piece, x + start, 1, length, 1, 1)
                        indices[piece] += Int32(start)
                    }
                    withScratch(pieces, of: Scalar.self) { values in
                        for piece in 0..<pieces { values[piece] = x[Int(indices[piece])] }
                        var winner: Int32 = 0
                        kernel(type, smallest, &winner, values, 1, pieces, 1, 1)
                        out[row] = indices[Int(winner)]
                    }
                }
            }
        }
        forEachColumnRange(outer: outer, n: n, inner: inner) { first, count, column, columns in
            kernel(
                type, smallest, out + first * inner + column, x + first * n * inner + column, count, n, inner, columns)
        }
    }

    /// Divides [outer, n, inner] into ranges of `outer`, or of `inner` if there are few of those.
    static func forEachColumnRange(
        outer: Int, n: Int, inner: Int,
        _ body: @Sendable (_ first: Int, _ count: Int, _ column: Int, _ columns: Int) -> Void
    ) {
        if inner < 128 || outer >= 8 {
            return Parallel.forEachRange(outer, grain: max(1, Parallel.elementGrain / max(1, n * inner))) {
                body($0, $1, 0, inner)
            }
        }
        for row in 0..<outer {
            Parallel.forEachRange(inner, grain: max(128, Parallel.elementGrain / max(1, n))) { body(row, 1, $0, $1) }
        }
    }

    /// The indices that sort each row.
    static func order<Scalar: TensorScalar>(
        _ out: UnsafeMutablePointer<Int32>, _ x: UnsafePointer<Scalar>, rows: Int, n: Int, descending: Bool
    ) {
        let kernel = gradus_bytes().pointee.argsort
        nonisolated(unsafe) let (out, x) = (out, x)
        forEachRowRange(rows, width: 4 * n) { first, count in
            withScratch(n * Int(GRADUS_ARGSORT_ITEM_BYTES), of: UInt8.self) { scratch in
                for row in first..<(first + count) {
                    kernel(Scalar.elementType.kernelType, descending ? 1 : 0, out + row * n, x + row * n, n, scratch)
                }
            }
        }
    }

    /// The indices of the k ≥ 1 largest elements of each row in descending order.
    static func largest<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Int32>, _ x: UnsafePointer<Scalar>, rows: Int, n: Int, k: Int
    ) {
        let kernel = gradus_bytes().pointee.top_k
        nonisolated(unsafe) let (out, x) = (out, x)
        forEachRowRange(rows, width: n) { first, count in
            withScratch(k * Int(GRADUS_ARGSORT_ITEM_BYTES), of: UInt8.self) { scratch in
                for row in first..<(first + count) {
                    kernel(Scalar.elementType.kernelType, out + row * k, x + row * n, n, k, scratch)
                }
            }
        }
    }

    /// Cumulative sums along the middle axis of x[outer, n, inner]. A long row is divided into blocks, each of which
    /// starts with the sum of the previous ones.
    static func runningSums<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, outer: Int, n: Int, inner: Int, fromEnd: Bool
    ) {
        let (along, down) = (Scalar.kernels.pointee.cumulative_sum, Scalar.kernels.pointee.cumulative_column_sums)
        let fromEnd: Int32 = fromEnd ? 1 : 0
        nonisolated(unsafe) let (out, x) = (out, x)
        guard inner == 1 else {
            return forEachColumnRange(outer: outer, n: n, inner: inner) { first, count, column, columns in
                for row in first..<(first + count) {
                    let start = row * n * inner + column
                    down(out + start, x + start, n, inner, columns, fromEnd)
                }
            }
        }
        let block = Parallel.elementGrain
        let blocks = (n + block - 1) / block
        let isShared = outer == 1 && blocks > 1 && Parallel.threads > 1
        withScratch(isShared ? blocks : 0, of: Double.self) { sums in
            nonisolated(unsafe) let sums = sums
            if isShared {
                Parallel.forEachRange(n, grain: block) { sums[$0 / block] = along(nil, x + $0, $1, 0, fromEnd) }
                var before = 0.0
                for index in 0..<blocks {
                    let at = fromEnd == 0 ? index : blocks - 1 - index
                    (sums[at], before) = (before, before + sums[at])
                }
                Parallel.forEachRange(n, grain: block) { _ = along(out + $0, x + $0, $1, sums[$0 / block], fromEnd) }
            } else {
                forEachRowRange(outer, width: n) { first, count in
                    for row in first..<(first + count) {
                        var before = 0.0
                        for index in 0..<blocks {
                            let start = (fromEnd == 0 ? index : blocks - 1 - index) * block
                            let at = row * n + start
                            before += along(out + at, x + at, min(block, n - start), before, fromEnd)
                        }
                    }
                }
            }
        }
    }
}
