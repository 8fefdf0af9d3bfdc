/// A dilated convolution as one without dilation over interleaved grids.
///
/// With a dilation of d, outputs whose rows and columns have the same remainders modulo d use the same pixels only:
/// every d-th of every d-th row. Each such *grid* is a separate image, so the d² grids of all images form a batch for
/// a faster algorithm. The grids are copies with zero padding.
struct DilatedConvolution: ConvolutionImplementation {
    let plan: ConvolutionPlan
    /// The convolution of the grids.
    let inner: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }

    init(plan: ConvolutionPlan) {
        let g = plan.geometry
        let d = g.dilation
        let inside = Extent2D((g.outHeight + d.height - 1) / d.height, (g.outWidth + d.width - 1) / d.width)
        let size = [
            g.images * d.height * d.width, inside.height + g.kernel.height - 1, inside.width + g.kernel.width - 1,
            g.channels,
        ]
        let geometry = WindowGeometry(size, kernel: g.kernel, stride: 1, padding: .valid, "convolution")
        self.plan = plan
        inner = ConvolutionPlan(geometry, filters: plan.filters, groups: 1)
    }

    /// Whether the algorithm applies to these windows and is faster.
    static func pays(for g: WindowGeometry, filters: Int, groups: Int) -> Bool {
        guard groups == 1 && g.dilation != 1 && g.stride == 1 && g.images * g.windows > 0 else { return false }
        return DilatedConvolution(plan: ConvolutionPlan(g, filters: filters, groups: 1, algorithm: .dilated)).inner
            .algorithm
            == .winograd
    }

    /// `y = activation(x ∗ w + b)`.
    @specialized(where Scalar == Float)
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        withGrids(x, inputSide) { grids in
            withScratch(inner.outputShape.reduce(1, *)) { (results: UnsafeMutablePointer<Scalar>) in
                inner.forward(results, grids, w, b, activation)
                collect(y, from: results, outputSide)
            }
        }
    }

    /// `dx = activation(dy ∗ᵀ w + b)`.
    @specialized(where Scalar == Float)
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        withGrids(dy, outputSide) { gradients in
            withScratch(inner.inputShape.reduce(1, *)) { (grids: UnsafeMutablePointer<Scalar>) in
                inner.inputGradient(grids, gradients, w, b, activation)
                collect(dx, from: grids, inputSide)
            }
        }
        // Pixels outside all windows are in no grid.
        guard !isCovered else { return }
        let (g, side) = (geometry, inputSide)
        withScratch(g.channels) { (rest: UnsafeMutablePointer<Scalar>) in
            zeroFill(rest, g.channels)
            Kernels.addBias(b, activation, to: rest, rows: 1, width: g.channels)
            for pixel in 0..<(g.images * g.height * g.width) {
                let (row, column) = (pixel / g.width % g.height, pixel % g.width)
                let isInside =
                    row + side.top < side.rows * g.dilation.height
                    && column + side.left < side.columns * g.dilation.width
                if !isInside { (dx + pixel * g.channels).update(from: rest, count: g.channels) }
            }
        }
    }

    /// The gradient of the weights.
    @specialized(where Scalar == Float)
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        withGrids(x, inputSide) { grids in
            withGrids(dy, outputSide) { gradients in inner.weightGradient(dw, grids, gradients) }
        }
    }

    /// The images on one side of the convolution: their size, their offset in the grids, and the size of a grid.
    private struct Side {
        let (height, width, channels): (Int, Int, Int)
        let (top, left): (Int, Int)
        let (rows, columns): (Int, Int)
    }

    private var inputSide: Side {
        let (g, i) = (geometry, inner.geometry)
        return Side(
            height: g.height, width: g.width, channels: g.channels, top: g.padTop, left: g.padLeft, rows: i.height,
            columns: i.width)
    }

    private var outputSide: Side {
        let (g, i) = (geometry, inner.geometry)
        return Side(
            height: g.outHeight, width: g.outWidth, channels: plan.filters, top: 0, left: 0, rows: i.outHeight,
            columns: i.outWidth)
    }

    /// Whether every pixel is in a grid.
    private var isCovered: Bool {
        let side = inputSide
        return side.height + side.top <= side.rows * geometry.dilation.height
            && side.width + side.left <= side.columns * geometry.dilation.width
    }

    /// Calls `body` with the grids of all images.
    private func withGrids<Scalar: DifferentiableScalar>(
        _ images: UnsafePointer<Scalar>, _ side: Side, _ body: (UnsafePointer<Scalar>) -> Void
    ) {
        let count = geometry.images * geometry.dilation.height * geometry.dilation.width
        withScratch(count * side.rows * side.columns * side.channels) { (grids: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (images, grids) = (images, grids)
            forEachRow(side) { pixel, position in
                let to = grids + position * side.channels
                if let pixel {
                    to.update(from: images + pixel * side.channels, count: side.channels)
                } else {
                    zeroFill(to, side.channels)
                }
            }
            body(grids)
        }
    }

    /// The images of the grids.
    private func collect<Scalar: DifferentiableScalar>(
        _ images: UnsafeMutablePointer<Scalar>, from grids: UnsafePointer<Scalar>, _ side: Side
    ) {
        nonisolated(unsafe) let (images, grids) = (images, grids)
        forEachRow(side) { pixel, position in
            guard let pixel else { return }
            (images + pixel * side.channels).update(from: grids + position * side.channels, count: side.channels)
        }
    }

    /// Calls `body` in parallel with each position of the grids and the pixel there, if there is one.
    private func forEachRow(_ side: Side, _ body: @Sendable (_ pixel: Int?, _ position: Int) -> Void) {
        let d = geometry.dilation
        Parallel.forEach(geometry.images * d.height * d.width) { grid in
            let (image, phase) = (grid / (d.height * d.width), grid % (d.height * d.width))
            for row in 0..<side.rows {
                let y = row * d.height + phase / d.width - side.top
                for column in 0..<side.columns {
                    let x = column * d.width + phase % d.width - side.left
                    let isInside = y >= 0 && y < side.height && x >= 0 && x < side.width
                    body(
                        isInside ? (image * side.height + y) * side.width + x : nil,
                        (grid * side.rows + row) * side.columns + column)
                }
            }
        }
    }
}
