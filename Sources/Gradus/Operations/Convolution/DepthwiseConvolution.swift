import CKernels

/// A depthwise convolution: as many groups as channels and filters.
///
/// The division of the work depends on the sizes only, so results do not depend on the number of threads.
struct DepthwiseConvolution: ConvolutionImplementation {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }

    /// `y = activation(x ∗ w + b)`.
    @specialized(where Scalar == Float)
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let isWhole = activation.piecewiseLinear != nil
        run(y, x, w, Epilogue(shift: b, activation: isWhole ? activation : .identity))
        if !isWhole {
            Kernels.addBias(nil, activation, to: y, rows: geometry.images * geometry.windows, width: plan.filters)
        }
    }

    @specialized(where Scalar == Float)
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        run(y, x, w.pointer, epilogue)
    }

    /// `y = epilogue(x ∗ w)`.
    private func run<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        let g = geometry
        // In small images most windows cross the border, where the kernel's register squares do not fit; padded copies
        // are faster.
        let isPadded = g.outWidth <= 16 && g.padTop + g.padLeft > 0 && g.kernel == 3 && g.dilation == 1
        let padding = PaddedImages(
            imageHeight: g.height, imageWidth: g.width, channels: g.channels, top: g.padTop, left: g.padLeft,
            height: (g.outHeight - 1) * g.stride.height + g.reach.height,
            width: (g.outWidth - 1) * g.stride.width + g.reach.width)
        var window = g.window()
        if isPadded {
            (window.height, window.width, window.pad_top, window.pad_left) = (padding.height, padding.width, 0, 0)
        }
        let sizes = window
        nonisolated(unsafe) let (x, w, y, epilogue) = (x, w, y, epilogue)
        let rows = { @Sendable (image: Int, from: UnsafePointer<Scalar>, first: Int, count: Int) in
            var window = sizes
            let start = image * g.windows * g.channels
            var epilogue = epilogue.kernel(at: start)
            Scalar.kernels.pointee.depthwise(y + start, from, w, &window, &epilogue, first, count)
        }
        if isPadded && g.images >= 4 {
            Parallel.forEach(g.images) { image in
                padding.withPadded(x, image..<(image + 1), firstRow: 0) { rows(image, $0, 0, g.outHeight) }
            }
        } else if isPadded {
            padding.withPaddedInParallel(x, 0..<g.images) { padded in
                nonisolated(unsafe) let padded = padded
                forEachRows(g.outHeight, width: g.outWidth) { image, first, count in
                    rows(image, padded + image * padding.size, first, count)
                }
            }
        } else {
            forEachRows(g.outHeight, width: g.outWidth) { image, first, count in
                rows(image, x + image * g.imageSize, first, count)
            }
        }
    }

    /// `dx = activation(dy ∗ᵀ w + b)`.
    @specialized(where Scalar == Float)
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let g = geometry
        if let turned { return turned.forwardTurned(dx, dy, w, b, activation) }
        nonisolated(unsafe) let (dx, dy, w) = (dx, dy, w)
        forEachRows(g.height, width: g.width) { image, first, count in
            var window = g.window()
            Scalar.kernels.pointee.depthwise_input_gradient(
                dx + image * g.imageSize, dy + image * g.windows * g.channels, w, &window, first, count)
        }
        Kernels.addBias(b, activation, to: dx, rows: g.images * g.height * g.width, width: g.channels)
    }

    /// The convolution of `dy` that gives the gradient of x for stride 1: with the flipped weights and full padding.
    /// `nil` if the padding would be negative.
    private var turned: DepthwiseConvolution? {
        let g = geometry
        let (top, left) = (g.reach.height - 1 - g.padTop, g.reach.width - 1 - g.padLeft)
        let (bottom, right) = (g.height - g.outHeight + g.padTop, g.width - g.outWidth + g.padLeft)
        guard g.stride == 1 && min(top, left, bottom, right) >= 0 else { return nil }
        let padding = Padding.explicit(top: top, bottom: bottom, left: left, right: right)
        let geometry = WindowGeometry(
            plan.outputShape, kernel: g.kernel, stride: 1, padding: padding, dilation: g.dilation, "convolution")
        return DepthwiseConvolution(
            plan: ConvolutionPlan(geometry, filters: plan.filters, groups: plan.groups, algorithm: .depthwise))
    }

    /// `y = activation(x ∗ w + b)` with the taps of `w` in reverse order.
    private func forwardTurned<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let (taps, channels) = (geometry.positions, geometry.channels)
        withScratch(taps * channels) { (reversed: UnsafeMutablePointer<Scalar>) in
            for tap in 0..<taps {
                (reversed + tap * channels).update(from: w + (taps - 1 - tap) * channels, count: channels)
            }
            forward(y, x, reversed, b, activation)
        }
    }

    /// The weight gradient, in parts that are summed in order.
    @specialized(where Scalar == Float)
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let g = geometry
        let size = plan.weightShape.reduce(1, *)
        let rows = g.images * g.outHeight
        let parts = max(1, min(8, rows / 4))
        // Some hundred windows are summed separately before they are added to the others, so that small terms are not
        // lost.
        let stretch = 512
        withScratch(2 * parts * size) { (sums: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (sums, x, dy) = (sums, x, dy)
            Parallel.forEach(parts) { part in
                var window = g.window()
                let (total, recent) = (sums + part * size, sums + (parts + part) * size)
                zeroFill(total, size)
                zeroFill(recent, size)
                var windows = 0
                var row = part * rows / parts
                let end = (part + 1) * rows / parts
                while row < end {
                    let (image, first) = (row / g.outHeight, row % g.outHeight)
                    let count = min(end - row, g.outHeight - first, max(1, stretch / g.outWidth))
                    Scalar.kernels.pointee.depthwise_weight_gradient(
                        recent, x + image * g.imageSize, dy + image * g.windows * g.channels, &window,
                        first, count)
                    row += count
                    windows += count * g.outWidth
                    guard windows >= stretch || row == end else { continue }
                    Scalar.kernels.pointee.add_scaled(total, recent, 1, size)
                    zeroFill(recent, size)
                    windows = 0
                }
            }
            dw.update(from: sums, count: size)
            for part in 1..<parts { Kernels.addScaled(dw, sums + part * size, 1, size) }
        }
    }

    /// Runs `body` for ranges of rows of each image, in parallel.
    private func forEachRows(
        _ rows: Int, width: Int, _ body: @Sendable (_ image: Int, _ first: Int, _ count: Int) -> Void
    ) {
        let work = width * geometry.channels * geometry.positions
        // An even number, because the kernel computes two rows together.
        let atATime = max(2, min(rows, (1 << 18) / max(1, work)) / 2 * 2)
        let parts = (rows + atATime - 1) / atATime
        Parallel.forEach(geometry.images * parts) { index in
            let (image, first) = (index / parts, index % parts * atATime)
            body(image, first, min(atATime, rows - first))
        }
    }
}
