import CKernels

/// A convolution computed where the images lie: each is copied once into a frame of zeros, and the kernels run over it.
///
/// How the work is cut depends on the sizes only, so results do not depend on the number of threads.
struct DirectConvolution: ConvolutionImplementation {
    let plan: ConvolutionPlan

    var geometry: WindowGeometry { plan.geometry }

    /// `y = activation(x ∗ w + b)`.
    @specialized(where Scalar == Float)
    func forward<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>?, _ activation: Activation
    ) {
        let (g, filters) = (geometry, plan.filters)
        let packed = PackedWeights<Scalar>(rows: plan.windowSize, outputs: plan.groupFilters, groups: plan.groups)
        packed.pack(
            w, rows: 0..<plan.windowSize, rowStep: filters, outputStep: 1, groupStep: plan.groupFilters)
        let (frame, wholeSizes) = framedSizes(activation)
        nonisolated(unsafe) let (x, b, y, sizes) = (x, b, y, wholeSizes)
        forEachPiece(frame, packed.bytes) { piece in
            frame.withFramed(x, piece.images, firstRow: piece.rows.lowerBound * g.stride.height) { framed in
                var part = sizes
                (part.images, part.rows) = (piece.images.count, piece.rows.count)
                let out =
                    y + piece.images.lowerBound * g.windows * filters + piece.rows.lowerBound * g.outWidth * filters
                part.forward(out, framed, packed, b)
            }
        }
        if activation.negativeSlope == nil {
            Kernels.addBias(nil, activation, to: y, rows: g.images * g.windows, width: filters)
        }
    }

    /// The frame around the images, and the sizes of a product over one framed image.
    func framedSizes(_ activation: Activation = .identity) -> (Frame, DirectSizes) {
        let (g, filters) = (geometry, plan.filters)
        let frame = Frame(
            imageHeight: g.height, imageWidth: g.width, channels: g.channels, top: g.padTop, left: g.padLeft,
            height: (g.outHeight - 1) * g.stride.height + g.reach.height,
            width: (g.outWidth - 1) * g.stride.width + g.reach.width)
        var sizes = DirectSizes()
        sizes.setRuns(g, groupChannels: plan.groupChannels, rowSize: frame.rowSize)
        (sizes.groups, sizes.inGroupStep) = (plan.groups, plan.groupChannels)
        (sizes.rows, sizes.columns, sizes.outputs) = (g.outHeight, g.outWidth, plan.groupFilters)
        sizes.sumStep = filters
        sizes.inSteps = (frame.size, g.stride.height * frame.rowSize, g.stride.width * g.channels)
        sizes.outSteps = (g.windows * filters, g.outWidth * filters, filters)
        sizes.epilogue.negative_slope = activation.negativeSlope ?? 1
        return (frame, sizes)
    }

    /// How many images a piece of work holds: their frames stay within a core's cache, unless the weights are larger
    /// still, because those are read once a piece.
    func imagesAPiece(_ frame: Frame, _ weightBytes: Int) -> Int {
        let budget = max(1 << 18, weightBytes / 4)
        return min(max(1, budget / (4 * frame.size)), (geometry.images + 3) / 4)
    }

    /// A piece of work: some images, or some rows of one image.
    private struct Piece {
        let images: Range<Int>
        let rows: Range<Int>
    }

    /// Runs `body` for pieces of the batch, in parallel.
    private func forEachPiece(_ frame: Frame, _ weightBytes: Int, _ body: @Sendable (Piece) -> Void) {
        let (images, rows) = (geometry.images, geometry.outHeight)
        if images >= 4 {
            return Parallel.forEachRange(images, grain: imagesAPiece(frame, weightBytes)) { first, count in
                body(Piece(images: first..<(first + count), rows: 0..<rows))
            }
        }
        let rowsAPiece = max(1, (rows + 3) / 4)
        let parts = (rows + rowsAPiece - 1) / rowsAPiece
        Parallel.forEach(images * parts) { index in
            let (image, first) = (index / parts, index % parts * rowsAPiece)
            body(Piece(images: image..<(image + 1), rows: first..<min(rows, first + rowsAPiece)))
        }
    }
}

extension DirectConvolution {
    @specialized(where Scalar == Float)
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        let packed = PackedWeights(keptBy: w.reshaped(to: [plan.windowSize, plan.filters]), groups: plan.groups)
        let (frame, sizes) = framedSizes()
        let imageSize = geometry.windows * plan.filters
        if geometry.images >= 4 {
            nonisolated(unsafe) let (x, y, sizes, epilogue) = (x, y, sizes, epilogue)
            return Parallel.forEachRange(geometry.images, grain: imagesAPiece(frame, packed.bytes)) { first, count in
                frame.withFramed(x, first..<(first + count), firstRow: 0) { framed in
                    var part = sizes
                    (part.images, part.epilogue) = (count, epilogue.kernel(at: first * imageSize))
                    part.forward(y + first * imageSize, framed, packed)
                }
            }
        }
        frame.withFramedInParallel(x, 0..<geometry.images) { framed in
            var part = sizes
            (part.images, part.epilogue) = (geometry.images, epilogue.kernel())
            if plan.groups == 1 && packed.bytes > geometry.images * frame.size * MemoryLayout<Scalar>.stride {
                inferByOutputs(y, framed, packed, part)
            } else {
                inferByRows(y, framed, packed, part, epilogue)
            }
        }
    }

    /// Few images under many weights: each thread reads some of the weights.
    private func inferByOutputs<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ framed: UnsafePointer<Scalar>, _ packed: PackedWeights<Scalar>,
        _ sizes: DirectSizes
    ) {
        let block = PackedWeights<Scalar>.block
        let blocks = (plan.filters + block - 1) / block
        let parts = min(8, blocks)
        nonisolated(unsafe) let (framed, y, sizes) = (framed, y, sizes)
        Parallel.forEach(parts) { index in
            var part = sizes
            part.chosenOutputs =
                (index * blocks / parts * block)..<min(plan.filters, (index + 1) * blocks / parts * block)
            part.forward(y, framed, packed)
        }
    }

    /// Few images under few weights: each thread takes some rows.
    private func inferByRows<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ framed: UnsafePointer<Scalar>, _ packed: PackedWeights<Scalar>,
        _ sizes: DirectSizes, _ epilogue: Epilogue<Scalar>
    ) {
        let (images, rows) = (geometry.images, geometry.outHeight)
        let parts = min(8, rows)
        nonisolated(unsafe) let (framed, y, sizes, epilogue) = (framed, y, sizes, epilogue)
        Parallel.forEach(images * parts) { index in
            let image = index / parts
            let first = index % parts * rows / parts
            let start = image * sizes.outSteps.image + first * sizes.outSteps.row
            var part = sizes
            (part.images, part.rows) = (1, (index % parts + 1) * rows / parts - first)
            part.epilogue = epilogue.kernel(at: start)
            part.forward(y + start, framed + image * sizes.inSteps.image + first * sizes.inSteps.row, packed)
        }
    }
}
