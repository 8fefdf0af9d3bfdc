import CKernels

/// The window and tile sizes of Winograd's method.
struct WinogradShape {
    let stride: Int
    /// The side r of a phase's window.
    let kernel: Int

    init(_ g: WindowGeometry) { (stride, kernel) = (g.stride.height, g.kernel.height / g.stride.height) }

    /// The points along an axis at which inputs and windows are evaluated.
    var points: Int { kernel == 2 ? 5 : 6 }
    /// The outputs of a tile along an axis.
    var tile: Int { points + 1 - kernel }
    var positions: Int { points * points }
    var phases: Int { stride * stride }

    /// Whether the method applies to these windows.
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

/// A convolution by Winograd's method: 36 products instead of 144 for 16 outputs of a 3 × 3 window, instead of 100 for
/// 4 outputs of a 5 × 5 window; 100 instead of 256 for 16 outputs of a 4 × 4 window with stride 2.
///
/// The division of the work depends on the sizes only, so results do not depend on the number of threads.
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

    /// `dx = activation(dy ∗ᵀ w + b)`: for each phase of pixels a convolution of `dy` with the phase's flipped window.
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

    /// Applies an activation that the kernels do not support.
    private func finish<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ rows: Int, _ width: Int, _ activation: Activation
    ) {
        if activation.negativeSlope == nil { Kernels.addBias(nil, activation, to: y, rows: rows, width: width) }
    }
}

extension WinogradConvolution {
    /// `dw = Gᵀ [Σ over tiles of (Bᵀ x B) (A dy Aᵀ)] G`: the sums over tiles are matrix products.
    ///
    /// Each part of the tiles is summed separately, and the sums are added in a fixed order.
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
        withScratch(parts * all) { (products: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (x, dy, dw, products) = (x, dy, dw, products)
            Parallel.forEach(parts) { part in
                let range = (part * tiles.count / parts)..<((part + 1) * tiles.count / parts)
                for first in stride(from: range.lowerBound, to: range.upperBound, by: atATime) {
                    let group = tiles.sizes(first..<min(first + atATime, range.upperBound), of: Scalar.self)
                    addProducts(
                        group, tiles.features, x, dy, accumulates: first > range.lowerBound, to: products + part * all)
                }
            }
            Parallel.forEachRange(all, grain: 1 << 14) { first, count in
                for part in 1..<max(1, parts) {
                    Scalar.kernels.pointee.add_scaled(products + first, products + part * all + first, 1, count)
                }
            }
            for phase in 0..<shape.phases {
                let taps = WinogradTaps(
                    plan, shape, phase: (phase / shape.stride, phase % shape.stride), positionStep: matrix)
                Parallel.forEachRange(taps.size, grain: 1 << 11) { first, count in
                    taps.writeGradient(dw, products + phase * taps.size, first, count)
                }
            }
        }
    }

    /// The products of some tiles, for every position.
    private func addProducts<Scalar: DifferentiableScalar>(
        _ group: gradus_winograd, _ features: Int, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>,
        accumulates: Bool, to products: UnsafeMutablePointer<Scalar>
    ) {
        var group = group
        let (filters, positions) = (group.filters, shape.positions)
        withScratch(positions * (group.transformed_step + group.product_step)) {
            (transformed: UnsafeMutablePointer<Scalar>) in
            let outputGradients = transformed + positions * group.transformed_step
            Scalar.kernels.pointee.winograd_input(transformed, x, &group)
            Scalar.kernels.pointee.winograd_gradient(outputGradients, dy, &group)
            for block in stride(from: 0, to: filters, by: PackedWeights<Scalar>.block) {
                let width = min(PackedWeights<Scalar>.block, filters - block)
                var product = TiledProduct(rows: group.tiles, features: features, outputs: width)
                product.accumulates = accumulates
                product.gradientStep = filters
                for position in 0..<positions {
                    product.gradient(
                        products + position * features * filters + block,
                        transformed + position * group.transformed_step,
                        outputGradients + position * group.product_step + block * group.tiles)
                }
            }
        }
    }
}
