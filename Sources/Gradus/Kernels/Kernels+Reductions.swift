import CKernels

extension Kernels {
    /// Reduces the middle axis of x[outer, n, inner].
    ///
    /// A long run is cut into pieces of fixed length whose results are reduced again, on whichever threads.
    static func reduce<Scalar: DifferentiableScalar>(
        _ operation: gradus_reduction, _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, outer: Int,
        n: Int, inner: Int
    ) {
        let kernel = Scalar.kernels.pointee.reduce
        let rowsAPiece = max(64, Parallel.elementGrain / max(1, inner))
        if outer == 1 && n >= 2 * rowsAPiece {
            let pieces = (n + rowsAPiece - 1) / rowsAPiece
            let partial = Tensor<Scalar>.computed([pieces, inner]) { partial in
                nonisolated(unsafe) let (partial, x) = (partial, x)
                Parallel.forEach(pieces) { piece in
                    let start = piece * rowsAPiece
                    kernel(operation, partial + piece * inner, x + start * inner, 1, min(rowsAPiece, n - start), inner)
                }
            }
            return withExtendedLifetime(partial.storage) {
                reduce(operation, out, partial.pointer, outer: 1, n: pieces, inner: inner)
            }
        }
        nonisolated(unsafe) let (out, x) = (out, x)
        Parallel.forEachRange(outer, grain: max(1, Parallel.elementGrain / max(1, n * inner))) { start, length in
            kernel(operation, out + start * inner, x + start * n * inner, length, n, inner)
        }
    }

    /// Calls a kernel that works row by row, with ranges of rows.
    static func forEachRowRange(_ rows: Int, width: Int, _ body: @Sendable (_ start: Int, _ length: Int) -> Void) {
        Parallel.forEachRange(rows, grain: max(1, Parallel.elementGrain / 4 / max(1, width)), body)
    }

    /// The sum of what `body` gives for the ranges of `0..<count`.
    static func sumOverRanges<Sum: AdditiveArithmetic & BitwiseCopyable & Sendable>(
        _ count: Int, grain: Int, _ body: @Sendable (_ start: Int, _ length: Int) -> Sum
    ) -> Sum {
        if count <= grain { return count > 0 ? body(0, count) : .zero }
        let ranges = (count + grain - 1) / grain
        return withScratch(ranges, of: Sum.self) { sums in
            nonisolated(unsafe) let sums = sums
            Parallel.forEachRange(count, grain: grain) { start, length in sums[start / grain] = body(start, length) }
            return (0..<ranges).reduce(.zero) { $0 + sums[$1] }
        }
    }
}
