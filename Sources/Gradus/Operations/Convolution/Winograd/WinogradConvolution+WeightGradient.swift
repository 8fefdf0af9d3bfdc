import CKernels

extension WinogradConvolution {
    /// `dw = Gᵀ [Σ over tiles of (Bᵀ x B) (A dy Aᵀ)] G`: the sums over tiles are products of matrices again.
    ///
    /// Each part of the tiles has sums of its own; they are added in a fixed order.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let size = geometry.channels * plan.filters
        let all = WinogradTiles.positions * size
        guard geometry.images > 0 else { return zeroFill(dw, plan.weightShape.reduce(1, *)) }
        let tiles = WinogradTiles(plan)
        let atATime = tiles.tilesAtATime(of: Scalar.self)
        let parts = max(1, min((tiles.count + atATime - 1) / atATime, max(2, min(8, (1 << 20) / all))))
        withScratch(parts * all) { (sums: UnsafeMutablePointer<Scalar>) in
            Parallel.forEach(parts) { part in
                let range = (part * tiles.count / parts)..<((part + 1) * tiles.count / parts)
                for first in stride(from: range.lowerBound, to: range.upperBound, by: atATime) {
                    let group = first..<min(first + atATime, range.upperBound)
                    addProducts(
                        tiles.sizes(group, of: Scalar.self), x, dy, accumulates: first > range.lowerBound,
                        to: sums + part * all)
                }
            }
            Parallel.forEachRange(size, grain: 1 << 10) { first, count in
                for position in 0..<WinogradTiles.positions {
                    let sum = sums + position * size + first
                    for part in 1..<max(1, parts) { Scalar.kernels.add_scaled(sum, sum + part * all, 1, count) }
                }
                Scalar.kernels.winograd_weight_gradient(
                    dw + first, sums + first, geometry.kernel.height, count, size)
            }
        }
    }

    /// The products of some tiles, for every position.
    private func addProducts<Scalar: DifferentiableScalar>(
        _ group: gradus_winograd, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>, accumulates: Bool,
        to sums: UnsafeMutablePointer<Scalar>
    ) {
        var group = group
        let (channels, filters, positions) = (group.channels, group.filters, WinogradTiles.positions)
        withScratch(positions * (group.value_step + group.sum_step)) { (values: UnsafeMutablePointer<Scalar>) in
            let slopes = values + positions * group.value_step
            Scalar.kernels.winograd_input(values, x, &group)
            Scalar.kernels.winograd_gradient(slopes, dy, &group)
            for block in stride(from: 0, to: filters, by: PackedWeights<Scalar>.block) {
                let width = min(PackedWeights<Scalar>.block, filters - block)
                var product = DirectSizes(rows: group.tiles, features: channels, outputs: width)
                product.accumulates = accumulates
                product.sumStep = filters
                for position in 0..<positions {
                    product.gradient(
                        sums + position * channels * filters + block, values + position * group.value_step,
                        slopes + position * group.sum_step + block * group.tiles)
                }
            }
        }
    }
}
