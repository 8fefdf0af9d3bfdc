import CKernels

/// The sizes of a direct product of windows with weights, and its two kernels; see `gradus_direct`.
struct DirectSizes {
    var (images, rows, columns) = (1, 1, 1)
    /// Groups of channels with outputs of their own, and elements from one group's windows to the next one's.
    var (groups, inGroupStep) = (1, 0)
    /// Elements from one image, row and column of windows to the next, in the input.
    var inSteps = (image: 0, row: 0, column: 0)
    /// The same in the output.
    var outSteps = (image: 0, row: 0, column: 0)
    /// A window's runs of neighboring elements: where they begin, and how long each is.
    var runOffsets = [0]
    var runLength = 0
    var outputs = 0
    /// The outputs to compute; `nil` for all.
    var chosenOutputs: Range<Int>?
    /// Whether the result is added to what is there.
    var accumulates = false
    /// What follows the sums.
    var epilogue = gradus_epilogue.none
    /// Elements from one row of a gradient's sums to the next; `nil` for as many as there are outputs.
    var sumStep: Int?

    init() {}

    /// The sizes of a matrix product: each row of the input is a window.
    init(rows: Int, features: Int, outputs: Int, accumulates: Bool = false) {
        (columns, runLength, self.outputs, self.accumulates) = (rows, features, outputs, accumulates)
        inSteps.column = features
        outSteps = (image: rows * outputs, row: rows * outputs, column: outputs)
    }

    /// The runs of a convolution's window over images whose rows have `rowSize` elements.
    mutating func setRuns(_ g: WindowGeometry, groupChannels: Int, rowSize: Int) {
        let rows = (0..<g.kernel.height).map { $0 * g.dilation.height * rowSize }
        if g.dilation.width == 1 && groupChannels == g.channels {
            (runOffsets, runLength) = (rows, g.kernel.width * g.channels)
        } else {
            runOffsets = rows.flatMap { row in
                (0..<g.kernel.width).map { row + $0 * g.dilation.width * g.channels }
            }
            runLength = groupChannels
        }
    }

    /// `out[…, m] = bias[m] + Σ in[…, k] weights[k, m]`, then the slope.
    func forward<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ weights: PackedWeights<Scalar>,
        _ bias: UnsafePointer<Scalar>? = nil
    ) {
        forward(out, input, packed: weights.pointer, bias)
    }

    /// The same with weights packed elsewhere.
    func forward<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ input: UnsafePointer<Scalar>, packed: UnsafePointer<Scalar>,
        _ bias: UnsafePointer<Scalar>? = nil
    ) {
        var sizes = self
        if let bias { sizes.epilogue.shift = UnsafeRawPointer(bias) }
        sizes.withSizes { Scalar.kernels.pointee.direct_forward(out, input, packed, $0) }
    }

    /// `sums[k, m] = Σ in[…, k] upstream[…, m]`, or `+=` when it accumulates.
    func gradient<Scalar: DifferentiableScalar>(
        _ sums: UnsafeMutablePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ upstream: UnsafePointer<Scalar>
    ) {
        // Blocks of outputs, and beside them a few elements of the windows, for which two more blocks are room enough.
        let cached = Int(GRADUS_CACHED_BYTES) / MemoryLayout<Scalar>.stride
        let block = images * rows * columns * PackedWeights<Scalar>.block
        withScratch(max(cached, block) + 2 * block) { (scratch: UnsafeMutablePointer<Scalar>) in
            withSizes { Scalar.kernels.pointee.direct_gradient(sums, input, upstream, scratch, $0) }
        }
    }

    private func withSizes(_ body: (UnsafePointer<gradus_direct>) -> Void) {
        runOffsets.withUnsafeBufferPointer { offsets in
            var sizes = gradus_direct(
                groups: groups, in_group_step: inGroupStep, images: images, rows: rows, columns: columns,
                in_image_step: inSteps.image, in_row_step: inSteps.row,
                in_column_step: inSteps.column, out_image_step: outSteps.image, out_row_step: outSteps.row,
                out_column_step: outSteps.column, runs: offsets.count, run_length: runLength,
                run_offsets: offsets.baseAddress!, outputs: outputs, first_output: chosenOutputs?.lowerBound ?? 0,
                end_output: chosenOutputs?.upperBound ?? outputs, accumulates: accumulates ? 1 : 0,
                epilogue: epilogue, sum_step: sumStep ?? outputs)
            body(&sizes)
        }
    }
}
