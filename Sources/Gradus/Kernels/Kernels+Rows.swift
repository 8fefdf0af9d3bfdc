import CKernels

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
