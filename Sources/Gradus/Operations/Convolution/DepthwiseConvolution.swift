import CKernels

/// A convolution within each channel: as many groups as channels and filters.
///
/// How the work is cut depends on the sizes only, so results do not depend on the number of threads.
struct DepthwiseConvolution {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }

    /// `y = activation(x ∗ w + b)`.
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let isWhole = activation.limits != nil
        infer(y, x, w, Epilogue(shift: b, activation: isWhole ? activation : .identity))
        if !isWhole {
            Kernels.addBias(nil, activation, to: y, rows: geometry.images * geometry.windows, width: plan.filters)
        }
    }

    /// `y = epilogue(x ∗ w)`.
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        let g = geometry
        nonisolated(unsafe) let (x, w, y, epilogue) = (x, w, y, epilogue)
        forEachRows(g.outHeight, width: g.outWidth) { image, first, count in
            var window = g.window()
            let start = image * g.windows * g.channels
            var epilogue = epilogue.kernel(at: start)
            Scalar.kernels.pointee.depthwise(y + start, x + image * g.imageSize, w, &window, &epilogue, first, count)
        }
    }

    /// `dx = activation(dy ∗ᵀ w + b)`.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let g = geometry
        nonisolated(unsafe) let (dx, dy, w) = (dx, dy, w)
        forEachRows(g.height, width: g.width) { image, first, count in
            var window = g.window()
            Scalar.kernels.pointee.depthwise_input_gradient(
                dx + image * g.imageSize, dy + image * g.windows * g.channels, w, &window, first, count)
        }
        Kernels.addBias(b, activation, to: dx, rows: g.images * g.height * g.width, width: g.channels)
    }

    /// The weights' gradient, in parts whose sum is taken in order.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let g = geometry
        let size = plan.weightShape.reduce(1, *)
        let rows = g.images * g.outHeight
        let parts = max(1, min(8, rows / 4))
        // Some hundred windows are summed on their own before they join the others, so that no sum loses its small terms.
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
        let atATime = max(1, min(rows, (1 << 18) / max(1, work)))
        let parts = (rows + atATime - 1) / atATime
        Parallel.forEach(geometry.images * parts) { index in
            let (image, first) = (index / parts, index % parts * atATime)
            body(image, first, min(atATime, rows - first))
        }
    }
}
