import CKernels

extension Kernels {
    /// Reduces the middle axis of x[outer, n, inner].
    ///
    /// Long runs are divided into pieces of fixed length, whose results are reduced again, whatever the number of
    /// threads.
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

    /// Calls a row-wise kernel with ranges of rows.
    static func forEachRowRange(_ rows: Int, width: Int, _ body: @Sendable (_ start: Int, _ length: Int) -> Void) {
        Parallel.forEachRange(rows, grain: max(1, Parallel.elementGrain / 4 / max(1, width)), body)
    }

    /// The sum of the results of `body` for ranges of `0..<count`.
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

/// Column sums of matrices, on several threads.
extension Kernels {
    /// Adds up the `width` sums that `body` computes for each range of rows.
    ///
    /// The ranges depend on the sizes only, and their sums are added in a fixed order.
    static func sumsOverRows<Scalar: DifferentiableScalar>(
        _ rows: Int, columns: Int, width: Int, of type: Scalar.Type = Scalar.self,
        _ body: @Sendable (_ sums: UnsafeMutablePointer<Scalar>, _ start: Int, _ length: Int) -> Void
    ) -> Tensor<Scalar> {
        let rowsAPiece = max(64, Parallel.elementGrain / max(1, columns))
        let pieces = max(1, (rows + rowsAPiece - 1) / rowsAPiece)
        let partial = Tensor<Scalar>.computed([pieces, width]) { partial in
            nonisolated(unsafe) let partial = partial
            Parallel.forEach(pieces) { piece in
                let start = piece * rowsAPiece
                body(partial + piece * width, start, min(rowsAPiece, rows - start))
            }
        }
        return pieces == 1 ? partial.reshaped(to: [width]) : partial.sum(axes: [0])
    }
}

/// `table[indices[i], :] += rows[i, :]`, in the order of the indices; threads divide the columns.
func addRows<Scalar: DifferentiableScalar>(
    _ rows: UnsafePointer<Scalar>?, _ indices: Tensor<Int32>, _ width: Int, to table: UnsafeMutablePointer<Scalar>
) {
    guard let rows else { return }
    indices.withUnsafeElements { indices in
        if width == 1 {
            return Scalar.kernels.pointee.scatter_add(table, rows, indices.baseAddress!, 1, 1, indices.count, 1)
        }
        let parts = max(1, min(8, width / 16, indices.count * width / Parallel.elementGrain))
        let kernel = Scalar.kernels.pointee.scatter_add_rows
        nonisolated(unsafe) let (indices, table, rows) = (indices, table, rows)
        Parallel.forEach(parts) { part in
            let first = part * width / parts
            let count = (part + 1) * width / parts - first
            kernel(table, rows, indices.baseAddress!, indices.count, width, first, count)
        }
    }
}
