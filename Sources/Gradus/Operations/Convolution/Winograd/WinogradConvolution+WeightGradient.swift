import CKernels

extension WinogradConvolution {
    /// `dw = Gᵀ [Σ over tiles of (Bᵀ x B) (A dy Aᵀ)] G`: the sums over tiles are products of matrices again.
    ///
    /// Each part of the tiles has sums of its own; they are added in a fixed order.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        guard geometry.images > 0 else { return zeroFill(dw, plan.weightShape.reduce(1, *)) }
        nonisolated(unsafe) let tiles = WinogradTiles(plan, shape)
        let matrix = tiles.features * plan.filters
        let all = shape.positions * matrix
        let atATime = tiles.tilesAtATime(of: Scalar.self)
        let parts = max(1, min((tiles.count + atATime - 1) / atATime, max(2, min(8, (1 << 20) / all))))
        withScratch(parts * all) { (sums: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (x, dy, dw, sums) = (x, dy, dw, sums)
            Parallel.forEach(parts) { part in
                let range = (part * tiles.count / parts)..<((part + 1) * tiles.count / parts)
                for first in stride(from: range.lowerBound, to: range.upperBound, by: atATime) {
                    let group = tiles.sizes(first..<min(first + atATime, range.upperBound), of: Scalar.self)
                    addProducts(
                        group, tiles.features, x, dy, accumulates: first > range.lowerBound, to: sums + part * all)
                }
            }
            Parallel.forEachRange(all, grain: 1 << 14) { first, count in
                for part in 1..<max(1, parts) {
                    Scalar.kernels.pointee.add_scaled(sums + first, sums + part * all + first, 1, count)
                }
            }
            for phase in 0..<shape.phases {
                let taps = WinogradTaps(
                    plan, shape, phase: (phase / shape.stride, phase % shape.stride), positionStep: matrix)
                Parallel.forEachRange(taps.size, grain: 1 << 11) { first, count in
                    taps.writeGradient(dw, sums + phase * taps.size, first, count)
                }
            }
        }
    }

    /// The products of some tiles, for every position.
    private func addProducts<Scalar: DifferentiableScalar>(
        _ group: gradus_winograd, _ features: Int, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>,
        accumulates: Bool, to sums: UnsafeMutablePointer<Scalar>
    ) {
        var group = group
        let (filters, positions) = (group.filters, shape.positions)
        withScratch(positions * (group.value_step + group.sum_step)) { (values: UnsafeMutablePointer<Scalar>) in
            let slopes = values + positions * group.value_step
            Scalar.kernels.pointee.winograd_input(values, x, &group)
            Scalar.kernels.pointee.winograd_gradient(slopes, dy, &group)
            for block in stride(from: 0, to: filters, by: PackedWeights<Scalar>.block) {
                let width = min(PackedWeights<Scalar>.block, filters - block)
                var product = DirectSizes(rows: group.tiles, features: features, outputs: width)
                product.accumulates = accumulates
                product.sumStep = filters
                for position in 0..<positions {
                    product.gradient(
                        sums + position * features * filters + block, values + position * group.value_step,
                        slopes + position * group.sum_step + block * group.tiles)
                }
            }
        }
    }
}
