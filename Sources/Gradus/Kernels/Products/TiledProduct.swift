import CKernels

/// The sizes of a direct product of windows with weights, and its two kernels; see `gradus_tiled_product`.
struct TiledProduct {
    var (images, rows, columns) = (1, 1, 1)
    /// Groups of channels with separate outputs, and elements from one group's windows to the next.
    var (groups, inGroupStep) = (1, 0)
    /// Elements from one image, row and column of windows to the next, in the input.
    var inSteps = (image: 0, row: 0, column: 0)
    /// The same in the output.
    var outSteps = (image: 0, row: 0, column: 0)
    /// The contiguous segments of a window: their offsets, and the length of each.
    var segmentOffsets = [0]
    var segmentLength = 0
    var outputs = 0
    /// The outputs to compute; `nil` for all.
    var chosenOutputs: Range<Int>?
    /// Whether the result is added to the previous contents.
    var accumulates = false
    /// Applied to the result.
    var epilogue = gradus_epilogue.none
    /// Elements from one row of the gradient to the next; `nil` for the number of outputs.
    var gradientStep: Int?

    init() {}

    /// A matrix product: each row of the input is a window.
    init(rows: Int, features: Int, outputs: Int, accumulates: Bool = false) {
        (columns, segmentLength, self.outputs, self.accumulates) = (rows, features, outputs, accumulates)
        inSteps.column = features
        outSteps = (image: rows * outputs, row: rows * outputs, column: outputs)
    }

    /// The segments of a convolution's window over images whose rows have `rowSize` elements.
    mutating func setSegments(_ g: WindowGeometry, groupChannels: Int, rowSize: Int) {
        let rows = (0..<g.kernel.height).map { $0 * g.dilation.height * rowSize }
        if g.dilation.width == 1 && groupChannels == g.channels {
            (segmentOffsets, segmentLength) = (rows, g.kernel.width * g.channels)
        } else {
            segmentOffsets = rows.flatMap { row in
                (0..<g.kernel.width).map { row + $0 * g.dilation.width * g.channels }
            }
            segmentLength = groupChannels
        }
    }

    /// `out[…, m] = slope(bias[m] + Σ in[…, k] weights[k, m])`.
    func forward<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ weights: PackedWeights<Scalar>,
        _ bias: UnsafePointer<Scalar>? = nil
    ) {
        forward(out, input, packed: weights.pointer, bias)
    }

    /// The same with weights in packed memory.
    func forward<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ input: UnsafePointer<Scalar>, packed: UnsafePointer<Scalar>,
        _ bias: UnsafePointer<Scalar>? = nil
    ) {
        var sizes = self
        if let bias { sizes.epilogue.shift = UnsafeRawPointer(bias) }
        sizes.withSizes { Scalar.kernels.pointee.tiled_product(out, input, packed, $0) }
    }

    /// `gradient[k, m] = Σ in[…, k] upstream[…, m]`, or `+=` if it accumulates.
    func gradient<Scalar: DifferentiableScalar>(
        _ sums: UnsafeMutablePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ upstream: UnsafePointer<Scalar>
    ) {
        // Room for blocks of outputs, and two more blocks for a few elements of the windows.
        let cached = Int(GRADUS_CACHED_BYTES) / MemoryLayout<Scalar>.stride
        let block = images * rows * columns * PackedWeights<Scalar>.block
        withScratch(max(cached, block) + 2 * block) { (scratch: UnsafeMutablePointer<Scalar>) in
            withSizes { Scalar.kernels.pointee.tiled_product_gradient(sums, input, upstream, scratch, $0) }
        }
    }

    private func withSizes(_ body: (UnsafePointer<gradus_tiled_product>) -> Void) {
        segmentOffsets.withUnsafeBufferPointer { offsets in
            var sizes = gradus_tiled_product(
                groups: groups, in_group_step: inGroupStep, images: images, rows: rows, columns: columns,
                in_image_step: inSteps.image, in_row_step: inSteps.row,
                in_column_step: inSteps.column, out_image_step: outSteps.image, out_row_step: outSteps.row,
                out_column_step: outSteps.column, segments: offsets.count, segment_length: segmentLength,
                segment_offsets: offsets.baseAddress!, outputs: outputs, first_output: chosenOutputs?.lowerBound ?? 0,
                end_output: chosenOutputs?.upperBound ?? outputs, accumulates: accumulates ? 1 : 0,
                epilogue: epilogue, gradient_step: gradientStep ?? outputs)
            body(&sizes)
        }
    }
}
