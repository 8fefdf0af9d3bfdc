import CKernels

extension DirectConvolution {
    /// `dx = activation(dy ∗ᵀ w + b)`.
    ///
    /// Pixels whose row and column leave the same remainder by the stride see the same part of the kernel, so each such
    /// *phase* is a convolution without stride, of `dy` with the kernel's part turned around.
    func inputGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let (g, channels, filters) = (geometry, geometry.channels, plan.filters)
        let vertical = Phase.all(
            g.height, kernel: g.kernel.height, stride: g.stride.height, dilation: g.dilation.height, pad: g.padTop)
        let horizontal = Phase.all(
            g.width, kernel: g.kernel.width, stride: g.stride.width, dilation: g.dilation.width, pad: g.padLeft)
        let (reachY, reachX) = (Phase.reach(vertical), Phase.reach(horizontal))
        let frame = Frame(
            imageHeight: g.outHeight, imageWidth: g.outWidth, channels: filters, top: reachY, left: reachX,
            height: reachY + Phase.end(vertical), width: reachX + Phase.end(horizontal))
        nonisolated(unsafe) let phases = vertical.flatMap { y in
            horizontal.map { x in PhaseProduct<Scalar>(plan, y, x, frame, reachY, reachX, w, activation) }
        }
        let weightBytes = phases.map(\.packed.bytes).reduce(0, +)
        nonisolated(unsafe) let (dy, dx, b) = (dy, dx, b)
        Parallel.forEachRange(g.images, grain: imagesAPiece(frame, weightBytes)) { first, count in
            frame.withFramed(dy, first..<(first + count), firstRow: 0) { framed in
                for phase in phases {
                    var sizes = phase.sizes
                    sizes.images = count
                    let out = dx + first * g.imageSize + phase.start
                    sizes.forward(out, framed, phase.packed, b)
                }
            }
        }
        if activation.negativeSlope == nil {
            Kernels.addBias(nil, activation, to: dx, rows: g.images * g.height * g.width, width: channels)
        }
    }
}

/// One remainder by the stride along one axis.
struct Phase {
    /// The remainder, counted with the padding: that of the kernel's elements which meet the phase.
    let remainder: Int
    /// The first pixel of the phase, and how many there are.
    let (first, count): (Int, Int)
    /// The window that begins at the first pixel's tap 0, in output rows.
    let base: Int
    /// The kernel's elements that meet the phase, each with how many output rows it lies back; the farthest first.
    let taps: [(element: Int, back: Int)]

    static func all(_ size: Int, kernel: Int, stride: Int, dilation: Int, pad: Int) -> [Phase] {
        (0..<stride).compactMap { remainder in
            // Pixel i meets element k in the window (i + pad − k · dilation) / stride.
            let base = remainder >= pad ? 0 : (pad - remainder + stride - 1) / stride
            let first = base * stride + remainder - pad
            guard first < size else { return nil }
            let taps = (0..<kernel).reversed().filter { ($0 * dilation - remainder) % stride == 0 }
            return Phase(
                remainder: remainder, first: first, count: (size - first + stride - 1) / stride, base: base,
                taps: taps.map { ($0, ($0 * dilation - remainder) / stride) })
        }
    }

    /// How far back the farthest tap of all phases lies.
    static func reach(_ phases: [Phase]) -> Int { phases.compactMap(\.taps.first?.back).max() ?? 0 }

    /// One behind the last window that any phase begins at.
    static func end(_ phases: [Phase]) -> Int { phases.map { $0.base + $0.count }.max() ?? 0 }
}

/// The product that makes the pixels of one phase of rows and one of columns.
private struct PhaseProduct<Scalar: DifferentiableScalar> {
    let packed: PackedWeights<Scalar>
    let sizes: DirectSizes
    /// Where the phase's first pixel lies in an image.
    let start: Int

    init(
        _ plan: ConvolutionPlan, _ y: Phase, _ x: Phase, _ frame: Frame, _ reachY: Int, _ reachX: Int,
        _ w: UnsafePointer<Scalar>, _ activation: Activation
    ) {
        let (g, channels, filters) = (plan.geometry, plan.geometry.channels, plan.filters)
        let (groupChannels, groupFilters) = (plan.groupChannels, plan.groupFilters)
        packed = PackedWeights(
            rows: y.taps.count * x.taps.count * groupFilters, outputs: groupChannels, groups: plan.groups)
        var row = 0
        for ky in y.taps {
            for kx in x.taps {
                let tap = w + (ky.element * g.kernel.width + kx.element) * groupChannels * filters
                packed.pack(
                    tap, rows: row..<(row + groupFilters), rowStep: 1, outputStep: filters, groupStep: groupFilters)
                row += groupFilters
            }
        }
        var sizes = DirectSizes()
        let isContiguous = plan.groups == 1 && zip(x.taps, x.taps.dropFirst()).allSatisfy { $0.back == $1.back + 1 }
        let runs = isContiguous ? x.taps.prefix(1) : x.taps[...]
        sizes.runOffsets = y.taps.flatMap { ky in
            runs.map { kx in
                (reachY + y.base - ky.back) * frame.rowSize + (reachX + x.base - kx.back) * filters
            }
        }
        sizes.runLength = (isContiguous ? x.taps.count : 1) * groupFilters
        if sizes.runOffsets.isEmpty { (sizes.runOffsets, sizes.runLength) = ([0], 0) }
        (sizes.groups, sizes.inGroupStep) = (plan.groups, groupFilters)
        (sizes.rows, sizes.columns, sizes.outputs) = (y.count, x.count, groupChannels)
        sizes.inSteps = (frame.size, frame.rowSize, filters)
        sizes.outSteps = (g.imageSize, g.stride.height * g.width * channels, g.stride.width * channels)
        sizes.epilogue.negative_slope = activation.negativeSlope ?? 1
        self.sizes = sizes
        start = (y.first * g.width + x.first) * channels
    }
}
