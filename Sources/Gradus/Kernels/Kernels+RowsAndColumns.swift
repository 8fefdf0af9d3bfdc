import CKernels

/// Sums down the columns of matrices, on several threads.
extension Kernels {
    /// Adds up, piece by piece of rows, the `width` sums that `body` makes for a range of rows.
    ///
    /// The pieces depend on the sizes only and are added in a fixed order.
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

/// `table[indices[i], :] += rows[i, :]`, in the order of the indices; threads share the columns.
func addRows<Scalar: DifferentiableScalar>(
    _ rows: UnsafePointer<Scalar>?, _ indices: Tensor<Int32>, _ width: Int, to table: UnsafeMutablePointer<Scalar>
) {
    guard let rows else { return }
    indices.withUnsafeElements { indices in
        if width == 1 {
            return Scalar.kernels.pointee.add_taken(table, rows, indices.baseAddress!, 1, 1, indices.count, 1)
        }
        let parts = max(1, min(8, width / 16, indices.count * width / Parallel.elementGrain))
        let kernel = Scalar.kernels.pointee.add_rows
        nonisolated(unsafe) let (indices, table, rows) = (indices, table, rows)
        Parallel.forEach(parts) { part in
            let first = part * width / parts
            let count = (part + 1) * width / parts - first
            kernel(table, rows, indices.baseAddress!, indices.count, width, first, count)
        }
    }
}
