import CKernels
import GradusBLAS

/// Matrix products by register tiles.
extension Kernels {
    /// `out = x w + b` for `x` `[rows, features]` and packed weights; with `accumulates`, added to the previous
    /// contents.
    ///
    /// - Parameters:
    ///   - outStep: elements from one row of the result to the next; `nil` for the number of outputs.
    ///    - finish: called for each part of the result as soon as it is complete.
    static func product<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ rows: Int, _ features: Int, _ weights: PackedWeights<Scalar>,
        _ bias: UnsafePointer<Scalar>?, accumulates: Bool = false, into out: UnsafeMutablePointer<Scalar>,
        outStep: Int? = nil, finish: Finish? = nil
    ) {
        let blocks = PackedWeights<Scalar>.cachedBlocks(rows: features)
        let work = rows * features * weights.outputs
        withRowsApart(x, rows, features) { x, step in
            var sizes = TiledProduct(
                rows: rows, features: features, outputs: weights.outputs, accumulates: accumulates)
            sizes.inSteps.column = step
            let outStep = outStep ?? weights.outputs
            sizes.outSteps.column = outStep
            nonisolated(unsafe) let (x, bias, out, whole) = (x, bias, out, sizes)
            forEachPart(rows, weights.outputs, cachedBlocks: blocks, work: work, of: Scalar.self) { rows, outputs in
                var part = whole
                part.columns = rows.count
                part.chosenOutputs = outputs
                part.forward(
                    out + rows.lowerBound * outStep, x + rows.lowerBound * step, weights, bias)
                finish?(rows, outputs)
            }
        }
    }

    /// Rows that begin multiples of 4 KiB apart evict one another from the first-level cache. They are copied to a
    /// better layout, once for all parts of a product.
    private static func withRowsApart<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ rows: Int, _ features: Int,
        _ body: (_ x: UnsafePointer<Scalar>, _ step: Int) -> Void
    ) {
        guard rows > 1, features * MemoryLayout<Scalar>.stride % 4096 == 0 else { return body(x, features) }
        let step = features + PackedWeights<Scalar>.block
        withScratch(rows * step) { (copy: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (copy, x) = (copy, x)
            forEachRowRange(rows, width: features) { first, count in
                for row in first..<(first + count) {
                    (copy + row * step).update(from: x + row * features, count: features)
                }
            }
            body(copy, step)
        }
    }

    /// Splits a product into parts for the threads: by columns whose packed form fits a core's cache, `cachedBlocks`
    /// of them, and by rows if that gives too few parts.
    ///
    /// Each part reads the rows of one matrix again and packs columns of the other, so no part gets fewer than
    /// `least`. Tiles of `tileRows` rows are not split.
    static func forEachPart<Scalar: DifferentiableScalar>(
        _ rows: Int, _ outputs: Int, cachedBlocks: Int, work: Int, least: (rows: Int, blocks: Int) = (256, 8),
        tileRows: Int = 1, of type: Scalar.Type, _ body: @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void
    ) {
        let block = PackedWeights<Scalar>.block
        let (blocks, tiles) = ((outputs + block - 1) / block, (rows + tileRows - 1) / tileRows)
        let wanted = min(max(1, work / productGrain), 8)
        let enough = max(1, (blocks + cachedBlocks - 1) / cachedBlocks, min(wanted, blocks / least.blocks))
        // An odd number of parts would leave one of two threads idle.
        let columnParts = enough > 1 && enough < blocks ? enough + enough % 2 : enough
        let rowParts = max(1, min((wanted + columnParts - 1) / columnParts, rows / least.rows))
        Parallel.forEach(columnParts * rowParts) { index in
            let (column, row) = (index / rowParts, index % rowParts)
            let first = column * blocks / columnParts * block
            let end = min(outputs, (column + 1) * blocks / columnParts * block)
            let firstRow = row * tiles / rowParts * tileRows
            let endRow = min(rows, (row + 1) * tiles / rowParts * tileRows)
            body(firstRow..<endRow, first..<end)
        }
    }

    /// `y = epilogue(x w)` for `x` `[rows, features]`, split by rows if there are enough, otherwise by outputs.
    static func product<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ rows: Int, _ features: Int, _ weights: PackedWeights<Scalar>,
        _ epilogue: Epilogue<Scalar>, into y: UnsafeMutablePointer<Scalar>
    ) {
        let (outputs, block, tile) = (weights.outputs, PackedWeights<Scalar>.block, 14)
        let (blocks, tiles) = ((outputs + block - 1) / block, (rows + tile - 1) / tile)
        let wanted = max(1, min(1 << 10, (rows * features * outputs) >> 19))
        var sizes = TiledProduct(rows: rows, features: features, outputs: outputs)
        let alongRows = tiles >= 2 * blocks || blocks == 1
        let parts = min(wanted, alongRows ? tiles : min(8, blocks))
        sizes.epilogue = epilogue.kernel()
        nonisolated(unsafe) let (x, y, whole, epilogue) = (x, y, sizes, epilogue)
        Parallel.forEach(parts) { index in
            var part = whole
            if alongRows {
                let first = index * tiles / parts * tile
                part.columns = min(rows, (index + 1) * tiles / parts * tile) - first
                part.epilogue = epilogue.kernel(at: first * outputs)
                part.forward(y + first * outputs, x + first * features, weights)
            } else {
                part.chosenOutputs =
                    (index * blocks / parts * block)..<min(outputs, (index + 1) * blocks / parts * block)
                part.forward(y, x, weights)
            }
        }
    }
}
