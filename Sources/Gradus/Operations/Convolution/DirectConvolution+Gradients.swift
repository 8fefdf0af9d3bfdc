import CKernels

extension DirectConvolution {
    /// `dx = activation(dy ∗ᵀ w + b)`.
    ///
    /// Pixels whose row and column have the same remainders modulo the stride use the same taps of the kernel, so each
    /// such *phase* is a convolution without stride, of `dy` with the flipped taps.
    @specialized(where Scalar == Float)
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
        let padding = PaddedImages(
            imageHeight: g.outHeight, imageWidth: g.outWidth, channels: filters, top: reachY, left: reachX,
            height: reachY + Phase.end(vertical), width: reachX + Phase.end(horizontal))
        nonisolated(unsafe) let phases = vertical.flatMap { y in
            horizontal.map { x in PhaseProduct<Scalar>(plan, y, x, padding, reachY, reachX, w, activation) }
        }
        let weightBytes = phases.map(\.packed.bytes).reduce(0, +)
        nonisolated(unsafe) let (dy, dx, b) = (dy, dx, b)
        Parallel.forEachRange(g.images, grain: imagesAPiece(padding, weightBytes)) { first, count in
            padding.withPadded(dy, first..<(first + count), firstRow: 0) { padded in
                for phase in phases {
                    var sizes = phase.sizes
                    sizes.images = count
                    let out = dx + first * g.imageSize + phase.start
                    sizes.forward(out, padded, phase.packed, b)
                }
            }
        }
        if activation.negativeSlope == nil {
            Kernels.addBias(nil, activation, to: dx, rows: g.images * g.height * g.width, width: channels)
        }
    }
}

/// The pixels with one remainder modulo the stride along one axis.
struct Phase {
    /// The remainder, including the padding: that of the taps that the phase uses.
    let remainder: Int
    /// The first pixel of the phase, and the number of pixels.
    let (first, count): (Int, Int)
    /// The window, in output rows, whose tap 0 is at the first pixel.
    let base: Int
    /// The taps that the phase uses and how many output rows each is back; the farthest first.
    let taps: [(element: Int, back: Int)]

    static func all(_ size: Int, kernel: Int, stride: Int, dilation: Int, pad: Int) -> [Phase] {
        (0..<stride).compactMap { remainder in
            // Pixel i meets tap k in window (i + pad − k · dilation) / stride.
            let base = remainder >= pad ? 0 : (pad - remainder + stride - 1) / stride
            let first = base * stride + remainder - pad
            guard first < size else { return nil }
            let taps = (0..<kernel).reversed().filter { ($0 * dilation - remainder) % stride == 0 }
            return Phase(
                remainder: remainder, first: first, count: (size - first + stride - 1) / stride, base: base,
                taps: taps.map { ($0, ($0 * dilation - remainder) / stride) })
        }
    }

    /// The distance of the farthest tap of all phases.
    static func reach(_ phases: [Phase]) -> Int { phases.compactMap(\.taps.first?.back).max() ?? 0 }

    /// The end of the windows from which phases begin.
    static func end(_ phases: [Phase]) -> Int { phases.map { $0.base + $0.count }.max() ?? 0 }
}

/// The product that computes the pixels of one phase of rows and one of columns.
private struct PhaseProduct<Scalar: DifferentiableScalar> {
    let packed: PackedWeights<Scalar>
    let sizes: TiledProduct
    /// The offset of the phase's first pixel in an image.
    let start: Int

    init(
        _ plan: ConvolutionPlan, _ y: Phase, _ x: Phase, _ padding: PaddedImages, _ reachY: Int, _ reachX: Int,
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
        var sizes = TiledProduct()
        let isContiguous = plan.groups == 1 && zip(x.taps, x.taps.dropFirst()).allSatisfy { $0.back == $1.back + 1 }
        let segments = isContiguous ? x.taps.prefix(1) : x.taps[...]
        sizes.segmentOffsets = y.taps.flatMap { ky in
            segments.map { kx in
                (reachY + y.base - ky.back) * padding.rowSize + (reachX + x.base - kx.back) * filters
            }
        }
        sizes.segmentLength = (isContiguous ? x.taps.count : 1) * groupFilters
        if sizes.segmentOffsets.isEmpty { (sizes.segmentOffsets, sizes.segmentLength) = ([0], 0) }
        (sizes.groups, sizes.inGroupStep) = (plan.groups, groupFilters)
        (sizes.rows, sizes.columns, sizes.outputs) = (y.count, x.count, groupChannels)
        sizes.inSteps = (padding.size, padding.rowSize, filters)
        sizes.outSteps = (g.imageSize, g.stride.height * g.width * channels, g.stride.width * channels)
        sizes.epilogue.negative_slope = activation.negativeSlope ?? 1
        self.sizes = sizes
        start = (y.first * g.width + x.first) * channels
    }
}

extension DirectConvolution {
    /// `dw[k, m] = Σ over windows of x[window, k] dy[window, m]`.
    ///
    /// A small gradient is summed separately for parts of the batch, and the sums are added in a fixed order. A large
    /// one is divided by filters instead, and all threads process all images.
    @specialized(where Scalar == Float)
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let size = plan.weightShape.reduce(1, *)
        guard geometry.images > 0 else { return zeroFill(dw, size) }
        if size <= 1 << 19 || plan.groups > 1 {
            sumOverParts(dw, size, x, dy)
        } else {
            sumOverFilters(dw, x, dy)
        }
    }

    private func sumOverParts<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ size: Int, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let parts = min(geometry.images, max(2, min(8, (1 << 20) / size)))
        let (padding, sizes) = paddedProduct()
        let imagesAtATime = imagesAtATime(padding)
        withScratch(parts * size) { (sums: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (x, dy, dw, sizes, sums) = (x, dy, dw, sizes, sums)
            Parallel.forEach(parts) { part in
                let images = (part * geometry.images / parts)..<((part + 1) * geometry.images / parts)
                for first in stride(from: images.lowerBound, to: images.upperBound, by: imagesAtATime) {
                    let group = first..<min(first + imagesAtATime, images.upperBound)
                    padding.withPadded(x, group, firstRow: 0) { padded in
                        var product = sizes
                        product.images = group.count
                        product.accumulates = first > images.lowerBound
                        product.gradient(sums + part * size, padded, dy + first * geometry.windows * plan.filters)
                    }
                }
            }
            Parallel.forEachRange(size, grain: 1 << 13) { start, count in
                (dw + start).update(from: sums + start, count: count)
                for part in 1..<parts {
                    Scalar.kernels.pointee.add_scaled(dw + start, sums + part * size + start, 1, count)
                }
            }
        }
    }

    private func sumOverFilters<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let (padding, sizes) = paddedProduct()
        let imagesAtATime = min(geometry.images, max(imagesAtATime(padding), (1 << 22) / (4 * padding.size)))
        let block = PackedWeights<Scalar>.block
        for first in stride(from: 0, to: geometry.images, by: imagesAtATime) {
            let group = first..<min(first + imagesAtATime, geometry.images)
            padding.withPaddedInParallel(x, group) { padded in
                nonisolated(unsafe) let (padded, dy, dw, sizes) = (padded, dy, dw, sizes)
                Parallel.forEachRange(plan.filters, grain: block) { filter, count in
                    var product = sizes
                    product.images = group.count
                    product.chosenOutputs = filter..<(filter + count)
                    product.accumulates = first > 0
                    product.gradient(dw, padded, dy + first * geometry.windows * plan.filters)
                }
            }
        }
    }

    /// Few images, so that their padded copies stay in a core's cache for the whole window, but enough windows that
    /// accessing the sums costs little in comparison.
    private func imagesAtATime(_ padding: PaddedImages) -> Int {
        max((256 + geometry.windows - 1) / geometry.windows, (1 << 18) / (4 * padding.size))
    }
}
