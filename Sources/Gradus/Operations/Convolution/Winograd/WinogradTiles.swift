import CKernels

/// The tiles of outputs that cover all images.
struct WinogradTiles {
    let shape: WinogradShape
    private let sizes: gradus_winograd
    /// The tiles of all images.
    let count: Int

    /// The tiles of a convolution's result.
    init(_ plan: ConvolutionPlan, _ shape: WinogradShape) {
        let (g, filters) = (plan.geometry, plan.filters)
        var sizes = gradus_winograd()
        (sizes.height, sizes.width, sizes.channels, sizes.stride) = (g.height, g.width, g.channels, shape.stride)
        (sizes.pad_top, sizes.pad_left) = (g.padTop, g.padLeft)
        (sizes.out_height, sizes.out_width, sizes.filters) = (g.outHeight, g.outWidth, filters)
        (sizes.out_image_step, sizes.out_row_step) = (g.windows * filters, g.outWidth * filters)
        sizes.out_column_step = filters
        self.init(shape, sizes, images: g.images)
    }

    /// The tiles of one phase of the input gradient.
    init(inputGradientOf plan: ConvolutionPlan, _ shape: WinogradShape, _ y: Phase, _ x: Phase) {
        let g = plan.geometry
        var sizes = gradus_winograd()
        (sizes.height, sizes.width, sizes.channels, sizes.stride) = (g.outHeight, g.outWidth, plan.filters, 1)
        (sizes.pad_top, sizes.pad_left) = (shape.kernel - 1 - y.base, shape.kernel - 1 - x.base)
        (sizes.out_height, sizes.out_width, sizes.filters) = (y.count, x.count, g.channels)
        (sizes.out_image_step, sizes.out_row_step) = (g.imageSize, shape.stride * g.width * g.channels)
        sizes.out_column_step = shape.stride * g.channels
        self.init(shape, sizes, images: g.images)
    }

    private init(_ shape: WinogradShape, _ sizes: gradus_winograd, images: Int) {
        var sizes = sizes
        (sizes.points, sizes.tile, sizes.epilogue.negative_slope) = (shape.points, shape.tile, 1)
        sizes.tile_rows = (sizes.out_height + shape.tile - 1) / shape.tile
        sizes.tile_columns = (sizes.out_width + shape.tile - 1) / shape.tile
        (self.shape, self.sizes, count) = (shape, sizes, images * sizes.tile_rows * sizes.tile_columns)
    }

    /// Channels of all phases.
    var features: Int { sizes.stride * sizes.stride * sizes.channels }

    /// Some of the tiles. Positions are one vector further apart than necessary, so that they do not map to the same
    /// sets of a cache.
    func sizes<Scalar>(_ tiles: Range<Int>, of type: Scalar.Type) -> gradus_winograd {
        var part = sizes
        let gap = 64 / MemoryLayout<Scalar>.stride
        (part.first_tile, part.tiles) = (tiles.lowerBound, tiles.count)
        part.transformed_step = tiles.count * features + gap
        part.product_step = tiles.count * sizes.filters + gap
        return part
    }

    /// The tiles that are processed together: as many as fit a core's cache with their transformed inputs and
    /// products, but enough that the weights, which are read once for them, are at most twice as large; and in at
    /// least four pieces.
    func tilesAtATime<Scalar>(of type: Scalar.Type) -> Int {
        let bytes = shape.positions * (features + sizes.filters) * MemoryLayout<Scalar>.stride
        let ofWeights = features * sizes.filters / (features + sizes.filters) / 2
        return min(max(28, (1 << 19) / bytes / 14 * 14, ofWeights / 14 * 14), max(14, (count + 3) / 4))
    }

    /// `y = epilogue(products of the transformed tiles and weights)`.
    func multiply<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ weights: WinogradWeights<Scalar>,
        _ epilogue: gradus_epilogue
    ) {
        nonisolated(unsafe) let (tiles, x, y, epilogue) = (self, x, y, epilogue)
        Parallel.forEachRange(count, grain: tilesAtATime(of: Scalar.self)) { first, count in
            var part = tiles.sizes(first..<(first + count), of: Scalar.self)
            part.epilogue = epilogue
            let product = TiledProduct(rows: count, features: tiles.features, outputs: part.filters)
            withScratch(tiles.shape.positions * (part.transformed_step + part.product_step)) {
                (transformed: UnsafeMutablePointer<Scalar>) in
                let products = transformed + tiles.shape.positions * part.transformed_step
                Scalar.kernels.pointee.winograd_input(transformed, x, &part)
                for position in 0..<tiles.shape.positions {
                    product.forward(
                        products + position * part.product_step, transformed + position * part.transformed_step,
                        weights.packed[position])
                }
                Scalar.kernels.pointee.winograd_output(y, products, &part)
            }
        }
    }
}
