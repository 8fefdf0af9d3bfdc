import CKernels

/// The tiles of outputs that cover all images.
struct WinogradTiles {
    /// Positions of a tile's values.
    static let positions = Int(GRADUS_WINOGRAD_POINTS * GRADUS_WINOGRAD_POINTS)

    private(set) var sizes: gradus_winograd
    /// Tiles of all images.
    let count: Int

    /// The tiles of a convolution's result.
    init(_ plan: ConvolutionPlan) {
        let g = plan.geometry
        self.init(
            plan, (g.height, g.width, g.channels), (g.outHeight, g.outWidth, plan.filters), pad: (g.padTop, g.padLeft))
    }

    /// The tiles of its input's gradient.
    init(inputGradientOf plan: ConvolutionPlan) {
        let g = plan.geometry
        let reach = g.kernel.height - 1
        self.init(
            plan, (g.outHeight, g.outWidth, plan.filters), (g.height, g.width, g.channels),
            pad: (reach - g.padTop, reach - g.padLeft))
    }

    private init(
        _ plan: ConvolutionPlan, _ input: (height: Int, width: Int, channels: Int),
        _ output: (height: Int, width: Int, channels: Int), pad: (top: Int, left: Int)
    ) {
        let tile = Int(GRADUS_WINOGRAD_POINTS) + 1 - plan.geometry.kernel.height
        let (rows, columns) = ((output.height + tile - 1) / tile, (output.width + tile - 1) / tile)
        count = plan.geometry.images * rows * columns
        sizes = gradus_winograd(
            tile: tile, height: input.height, width: input.width, channels: input.channels, pad_top: pad.top,
            pad_left: pad.left, out_height: output.height, out_width: output.width, filters: output.channels,
            tile_rows: rows, tile_columns: columns, first_tile: 0, tiles: 0, value_step: 0, sum_step: 0,
            negative_slope: 1)
    }

    /// Some of the tiles. Positions lie a vector further apart than they must, so that they do not all fall into the same
    /// sets of a cache.
    func sizes<Scalar>(_ tiles: Range<Int>, of type: Scalar.Type) -> gradus_winograd {
        var part = sizes
        let gap = 64 / MemoryLayout<Scalar>.stride
        (part.first_tile, part.tiles) = (tiles.lowerBound, tiles.count)
        part.value_step = tiles.count * sizes.channels + gap
        part.sum_step = tiles.count * sizes.filters + gap
        return part
    }

    /// How many tiles are worked on at a time: their values and sums stay in a core's cache.
    func tilesAtATime<Scalar>(of type: Scalar.Type) -> Int {
        let bytes = Self.positions * (sizes.channels + sizes.filters) * MemoryLayout<Scalar>.stride
        return max(28, (1 << 19) / bytes / 14 * 14)
    }

    /// `y = activation(products of the input's tiles with the weights + b)`.
    func multiply<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ weights: WinogradWeights<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        Parallel.forEachRange(count, grain: tilesAtATime(of: Scalar.self)) { first, count in
            var part = sizes(first..<(first + count), of: Scalar.self)
            part.negative_slope = activation.negativeSlope ?? 1
            let product = DirectSizes(rows: count, features: part.channels, outputs: part.filters)
            withScratch(Self.positions * (part.value_step + part.sum_step)) {
                (values: UnsafeMutablePointer<Scalar>) in
                let sums = values + Self.positions * part.value_step
                Scalar.kernels.winograd_input(values, x, &part)
                for position in 0..<Self.positions {
                    product.forward(
                        sums + position * part.sum_step, values + position * part.value_step, weights.packed[position])
                }
                Scalar.kernels.winograd_output(y, sums, b, &part)
            }
        }
        if activation.negativeSlope == nil {
            let rows = count * sizes.out_height * sizes.out_width / max(1, sizes.tile_rows * sizes.tile_columns)
            Kernels.addBias(nil, activation, to: y, rows: rows, width: sizes.filters)
        }
    }
}
