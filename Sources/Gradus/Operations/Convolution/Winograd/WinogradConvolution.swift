import CKernels

/// The window and tile sizes of Winograd's method.
struct WinogradShape {
    let stride: Int
    /// The side r of a phase's window.
    let kernel: Int

    init(_ g: WindowGeometry) { (stride, kernel) = (g.stride.height, g.kernel.height / g.stride.height) }

    /// Points along an axis, at which inputs and windows are evaluated.
    var points: Int { kernel == 2 ? 5 : 6 }
    /// Outputs along an axis that a tile has.
    var tile: Int { points + 1 - kernel }
    var positions: Int { points * points }
    var phases: Int { stride * stride }

    /// Whether the method is for windows of this kind.
    static func supports(_ g: WindowGeometry, groups: Int) -> Bool {
        let (stride, side) = (g.stride.height, g.kernel.height)
        guard groups == 1 && g.dilation == 1 && g.stride.width == stride && g.kernel.width == side else { return false }
        let after = (
            (g.outHeight - 1) * stride + side - g.height - g.padTop,
            (g.outWidth - 1) * stride + side - g.width - g.padLeft
        )
        let isPaddedLess = max(g.padTop, g.padLeft, after.0, after.1) < side
        return isPaddedLess && side % stride == 0 && [2, 3, 5].contains(side / stride)
    }

    /// Whether fewer products save more than the transforms cost.
    static func pays(for g: WindowGeometry, filters: Int) -> Bool {
        let shape = WinogradShape(g)
        let tiles =
            g.images * ((g.outHeight + shape.tile - 1) / shape.tile) * ((g.outWidth + shape.tile - 1) / shape.tile)
        return min(g.channels, filters) >= 16 && tiles >= 32 * (shape.phases + 1)
    }
}

/// A convolution by Winograd's method: 36 products for 16 outputs of a 3 × 3 window, or 4 of a 5 × 5 one, in place of 144 or
/// 100; 100 for 16 outputs of a 4 × 4 window with stride 2 in place of 256.
///
/// How the work is cut depends on the sizes only, so results do not depend on the number of threads.
struct WinogradConvolution: ConvolutionImplementation {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }
    var shape: WinogradShape { WinogradShape(geometry) }

    /// `y = activation(x ∗ w + b)`.
    @specialized(where Scalar == Float)
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let weights = WinogradWeights(w, plan, shape)
        WinogradTiles(plan, shape).multiply(y, x, weights, .bias(b, activation))
        finish(y, geometry.images * geometry.windows, plan.filters, activation)
    }

    @specialized(where Scalar == Float)
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        WinogradTiles(plan, shape).multiply(y, x, WinogradWeights(keptBy: w, plan, shape), epilogue.kernel())
    }

    /// `dx = activation(dy ∗ᵀ w + b)`: for each phase of pixels a convolution of `dy` with the phase's window turned around.
    @specialized(where Scalar == Float)
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let (g, stride) = (geometry, geometry.stride.height)
        let vertical = Phase.all(g.height, kernel: g.kernel.height, stride: stride, dilation: 1, pad: g.padTop)
        let horizontal = Phase.all(g.width, kernel: g.kernel.width, stride: stride, dilation: 1, pad: g.padLeft)
        for y in vertical {
            for x in horizontal {
                let weights = WinogradWeights(w, plan, shape, turnedAround: (y.remainder, x.remainder))
                let tiles = WinogradTiles(inputGradientOf: plan, shape, y, x)
                tiles.multiply(dx + (y.first * g.width + x.first) * g.channels, dy, weights, .bias(b, activation))
            }
        }
        finish(dx, g.images * g.height * g.width, g.channels, activation)
    }

    /// Applies an activation that the kernels cannot.
    private func finish<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ rows: Int, _ width: Int, _ activation: Activation
    ) {
        if activation.negativeSlope == nil { Kernels.addBias(nil, activation, to: y, rows: rows, width: width) }
    }
}

extension WinogradConvolution {
    /// `dw = Gᵀ [Σ over tiles of (Bᵀ x B) (A dy Aᵀ)] G`: the sums over tiles are products of matrices again.
    ///
    /// Each part of the tiles has sums of its own; they are added in a fixed order.
    @specialized(where Scalar == Float)
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
            let outputGradients = values + positions * group.value_step
            Scalar.kernels.pointee.winograd_input(values, x, &group)
            Scalar.kernels.pointee.winograd_gradient(outputGradients, dy, &group)
            for block in stride(from: 0, to: filters, by: PackedWeights<Scalar>.block) {
                let width = min(PackedWeights<Scalar>.block, filters - block)
                var product = DirectSizes(rows: group.tiles, features: features, outputs: width)
                product.accumulates = accumulates
                product.sumStep = filters
                for position in 0..<positions {
                    product.gradient(
                        sums + position * features * filters + block, values + position * group.value_step,
                        outputGradients + position * group.sum_step + block * group.tiles)
                }
            }
        }
    }
}
