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
