import CKernels

/// A convolution without an im2col matrix: each image is copied once with zero padding, and the kernels read its windows.
///
/// The division of the work depends on the sizes only, so results do not depend on the number of threads.
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
        let (padding, wholeSizes) = paddedProduct(activation)
        nonisolated(unsafe) let (x, b, y, sizes) = (x, b, y, wholeSizes)
        forEachPiece(padding, packed.bytes) { piece in
            padding.withPadded(x, piece.images, firstRow: piece.rows.lowerBound * g.stride.height) { padded in
                var part = sizes
                (part.images, part.rows) = (piece.images.count, piece.rows.count)
                let out =
                    y + piece.images.lowerBound * g.windows * filters + piece.rows.lowerBound * g.outWidth * filters
                part.forward(out, padded, packed, b)
            }
        }
        if activation.negativeSlope == nil {
            Kernels.addBias(nil, activation, to: y, rows: g.images * g.windows, width: filters)
        }
    }

    /// The padding of the images, and the product of one padded image.
    func paddedProduct(_ activation: Activation = .identity) -> (PaddedImages, TiledProduct) {
        let (g, filters) = (geometry, plan.filters)
        let padding = PaddedImages(
            imageHeight: g.height, imageWidth: g.width, channels: g.channels, top: g.padTop, left: g.padLeft,
            height: (g.outHeight - 1) * g.stride.height + g.reach.height,
            width: (g.outWidth - 1) * g.stride.width + g.reach.width)
        var sizes = TiledProduct()
        sizes.setSegments(g, groupChannels: plan.groupChannels, rowSize: padding.rowSize)
        (sizes.groups, sizes.inGroupStep) = (plan.groups, plan.groupChannels)
        (sizes.rows, sizes.columns, sizes.outputs) = (g.outHeight, g.outWidth, plan.groupFilters)
        sizes.gradientStep = filters
        sizes.inSteps = (padding.size, g.stride.height * padding.rowSize, g.stride.width * g.channels)
        sizes.outSteps = (g.windows * filters, g.outWidth * filters, filters)
        sizes.epilogue.negative_slope = activation.negativeSlope ?? 1
        return (padding, sizes)
    }

    /// The images per piece of work: their padded copies fit a core's cache, unless the weights are even larger,
    /// because every piece reads those.
    func imagesAPiece(_ padding: PaddedImages, _ weightBytes: Int) -> Int {
        let budget = max(1 << 18, weightBytes / 4)
        return min(max(1, budget / (4 * padding.size)), (geometry.images + 3) / 4)
    }

    /// A piece of work: some images, or some rows of one image.
    private struct Piece {
        let images: Range<Int>
        let rows: Range<Int>
    }

    /// Runs `body` for pieces of the batch, in parallel.
    private func forEachPiece(_ padding: PaddedImages, _ weightBytes: Int, _ body: @Sendable (Piece) -> Void) {
        let (images, rows) = (geometry.images, geometry.outHeight)
        if images >= 4 {
            return Parallel.forEachRange(images, grain: imagesAPiece(padding, weightBytes)) { first, count in
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
        let (padding, sizes) = paddedProduct()
        let imageSize = geometry.windows * plan.filters
        if geometry.images >= 4 {
            nonisolated(unsafe) let (x, y, sizes, epilogue) = (x, y, sizes, epilogue)
            return Parallel.forEachRange(geometry.images, grain: imagesAPiece(padding, packed.bytes)) { first, count in
                padding.withPadded(x, first..<(first + count), firstRow: 0) { padded in
                    var part = sizes
                    (part.images, part.epilogue) = (count, epilogue.kernel(at: first * imageSize))
                    part.forward(y + first * imageSize, padded, packed)
                }
            }
        }
        padding.withPaddedInParallel(x, 0..<geometry.images) { padded in
            var part = sizes
            (part.images, part.epilogue) = (geometry.images, epilogue.kernel())
            if plan.groups == 1 && packed.bytes > geometry.images * padding.size * MemoryLayout<Scalar>.stride {
                inferByOutputs(y, padded, packed, part)
            } else {
                inferByRows(y, padded, packed, part, epilogue)
            }
        }
    }

    /// Few images and many weights: each thread reads some of the weights.
    private func inferByOutputs<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ padded: UnsafePointer<Scalar>, _ packed: PackedWeights<Scalar>,
        _ sizes: TiledProduct
    ) {
        let block = PackedWeights<Scalar>.block
        let blocks = (plan.filters + block - 1) / block
        let parts = min(8, blocks)
        nonisolated(unsafe) let (padded, y, sizes) = (padded, y, sizes)
        Parallel.forEach(parts) { index in
            var part = sizes
            part.chosenOutputs =
                (index * blocks / parts * block)..<min(plan.filters, (index + 1) * blocks / parts * block)
            part.forward(y, padded, packed)
        }
    }

    /// Few images and few weights: each thread computes some rows.
    private func inferByRows<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ padded: UnsafePointer<Scalar>, _ packed: PackedWeights<Scalar>,
        _ sizes: TiledProduct, _ epilogue: Epilogue<Scalar>
    ) {
        let (images, rows) = (geometry.images, geometry.outHeight)
        let parts = min(8, rows)
        nonisolated(unsafe) let (padded, y, sizes, epilogue) = (padded, y, sizes, epilogue)
        Parallel.forEach(images * parts) { index in
            let image = index / parts
            let first = index % parts * rows / parts
            let start = image * sizes.outSteps.image + first * sizes.outSteps.row
            var part = sizes
            (part.images, part.rows) = (1, (index % parts + 1) * rows / parts - first)
            part.epilogue = epilogue.kernel(at: start)
            part.forward(y + start, padded + image * sizes.inSteps.image + first * sizes.inSteps.row, packed)
        }
    }
}
