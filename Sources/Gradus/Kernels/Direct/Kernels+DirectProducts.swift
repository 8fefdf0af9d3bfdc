import CKernels
import GradusBLAS

/// Matrix products by the direct kernels.
extension Kernels {
    /// `out = x w + b` for `x` `[rows, features]` and packed weights; with `accumulates`, added to what is there.
    static func product<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ rows: Int, _ features: Int, _ weights: PackedWeights<Scalar>,
        _ bias: UnsafePointer<Scalar>?, accumulates: Bool = false, into out: UnsafeMutablePointer<Scalar>
    ) {
        let sizes = DirectSizes(rows: rows, features: features, outputs: weights.outputs, accumulates: accumulates)
        forEachPart(rows, outputs: weights.outputs, work: rows * features * weights.outputs, of: Scalar.self) {
            rows, outputs in
            var part = sizes
            part.columns = rows.count
            part.chosenOutputs = outputs
            part.forward(
                out + rows.lowerBound * weights.outputs, x + rows.lowerBound * features, weights, bias)
        }
    }

    /// `sums[d, m] += Σ over rows of x[row, d] y[row, m]` for `x` `[rows, d]` and `y` `[rows, m]`.
    static func addOuterProducts<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, rows: Int, _ d: Int, _ m: Int,
        into sums: UnsafeMutablePointer<Scalar>
    ) {
        addOuterProducts(
            MatrixView(x, rows: rows, columns: d), MatrixView(y, rows: rows, columns: m),
            into: MutableMatrixView(sums, rows: d, columns: m))
    }

    /// Cuts a product into parts for the threads: blocks of outputs, and rows where there are few blocks.
    static func forEachPart<Scalar: DifferentiableScalar>(
        _ rows: Int, outputs: Int, work: Int, of type: Scalar.Type, _ body: (Range<Int>, Range<Int>) -> Void
    ) {
        let block = PackedWeights<Scalar>.block
        let blocks = (outputs + block - 1) / block
        let parts = min(max(1, work / productGrain), 16)
        let columnParts = min(blocks, parts)
        let rowParts = max(1, min((parts + columnParts - 1) / columnParts, rows / 28))
        Parallel.forEach(columnParts * rowParts) { index in
            let (column, row) = (index / rowParts, index % rowParts)
            let first = column * blocks / columnParts * block
            let end = min(outputs, (column + 1) * blocks / columnParts * block)
            body((row * rows / rowParts)..<((row + 1) * rows / rowParts), first..<end)
        }
    }
}
