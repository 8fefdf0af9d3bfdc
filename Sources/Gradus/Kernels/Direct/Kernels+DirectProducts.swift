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
        let blocks = PackedWeights<Scalar>.cachedBlocks(rows: features)
        forEachPart(rows, weights.outputs, blocks: blocks, work: rows * features * weights.outputs, of: Scalar.self) {
            rows, outputs in
            var part = sizes
            part.columns = rows.count
            part.chosenOutputs = outputs
            part.forward(
                out + rows.lowerBound * weights.outputs, x + rows.lowerBound * features, weights, bias)
        }
    }

    /// `sums[d, m] = Σ over rows of x[row, d] y[row, m]` for `x` `[rows, d]` and `y` `[rows, m]`; with `accumulates`, added
    /// to what is there.
    static func outerProducts<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, rows: Int, _ d: Int, _ m: Int, accumulates: Bool,
        into sums: UnsafeMutablePointer<Scalar>
    ) {
        outerProducts(
            MatrixView(x, rows: rows, columns: d), MatrixView(y, rows: rows, columns: m), accumulates: accumulates,
            into: MutableMatrixView(sums, rows: d, columns: m))
    }

    /// Cuts a product into parts for the threads: columns whose weights stay in a core's cache, and rows where that gives
    /// too few parts. Rows are not cut finely, because each part packs its weights.
    static func forEachPart<Scalar: DifferentiableScalar>(
        _ rows: Int, _ outputs: Int, blocks: Int, work: Int, of type: Scalar.Type,
        _ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void
    ) {
        let block = PackedWeights<Scalar>.block
        let allBlocks = (outputs + block - 1) / block
        let wanted = min(max(1, work / productGrain), 8)
        let columnParts = max((allBlocks + blocks - 1) / blocks, min(wanted, allBlocks / 8))
        let rowParts = max(1, min((wanted + columnParts - 1) / columnParts, rows / 256))
        Parallel.forEach(columnParts * rowParts) { index in
            let (column, row) = (index / rowParts, index % rowParts)
            let first = column * allBlocks / columnParts * block
            let end = min(outputs, (column + 1) * allBlocks / columnParts * block)
            body((row * rows / rowParts)..<((row + 1) * rows / rowParts), first..<end)
        }
    }
}
