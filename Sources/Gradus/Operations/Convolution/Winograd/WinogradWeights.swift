import CKernels

/// The transformed weights of a convolution at all positions, packed for the products.
struct WinogradWeights<Scalar: DifferentiableScalar> {
    /// A matrix for each position.
    let packed: [PackedWeights<Scalar>]

    /// Weights from the channels of all phases to the filters, cached by their tensor until it changes.
    init(keptBy w: Tensor<Scalar>, _ plan: ConvolutionPlan, _ shape: WinogradShape) {
        let (rows, filters) = (shape.phases * plan.geometry.channels, plan.filters)
        let form = PackedForm(
            offset: w.offset, rows: rows, outputs: filters, rowStep: shape.stride, outputStep: 1,
            positions: shape.positions)
        let storage = w.storage.packed(form) {
            let storage = Storage<Scalar>(count: shape.positions * PackedWeights<Scalar>.count(rows, filters))
            withExtendedLifetime(w.storage) { _ = WinogradWeights(w.pointer, plan, shape, in: storage) }
            return storage
        }
        packed = Self.matrices(rows, filters, shape, in: storage)
    }

    /// The matrices of all positions, which are contiguous.
    private static func matrices(
        _ rows: Int, _ outputs: Int, _ shape: WinogradShape, in storage: Storage<Scalar>
    ) -> [PackedWeights<Scalar>] {
        let size = PackedWeights<Scalar>.count(rows, outputs)
        return (0..<shape.positions).map { PackedWeights(rows: rows, outputs: outputs, in: storage, at: $0 * size) }
    }

    /// Weights from the channels of all phases to the filters.
    init(
        _ w: UnsafePointer<Scalar>, _ plan: ConvolutionPlan, _ shape: WinogradShape, in storage: Storage<Scalar>? = nil
    ) {
        let (channels, filters) = (plan.geometry.channels, plan.filters)
        let rows = shape.phases * channels
        let room = storage ?? Storage(count: shape.positions * PackedWeights<Scalar>.count(rows, filters))
        let matrices = Self.matrices(rows, filters, shape, in: room)
        for phase in 0..<shape.phases {
            let taps = WinogradTaps(plan, shape, phase: (phase / shape.stride, phase % shape.stride))
            taps.withTransformed(of: w) { transformed in
                nonisolated(unsafe) let transformed = transformed
                Parallel.forEach(shape.positions) {
                    matrices[$0].pack(
                        transformed + $0 * taps.size, rows: (phase * channels)..<((phase + 1) * channels),
                        rowStep: filters,
                        outputStep: 1)
                }
            }
        }
        packed = matrices
    }

    /// Weights of one phase from the filters back to the channels.
    init(_ w: UnsafePointer<Scalar>, _ plan: ConvolutionPlan, _ shape: WinogradShape, turnedAround phase: (Int, Int)) {
        let (channels, filters) = (plan.geometry.channels, plan.filters)
        let matrices = (0..<shape.positions).map { _ in PackedWeights<Scalar>(rows: filters, outputs: channels) }
        let taps = WinogradTaps(plan, shape, phase: phase)
        taps.withTransformed(of: w, isTurned: true) { transformed in
            nonisolated(unsafe) let transformed = transformed
            Parallel.forEach(shape.positions) {
                matrices[$0].pack(transformed + $0 * taps.size, rows: 0..<filters, rowStep: 1, outputStep: filters)
            }
        }
        packed = matrices
    }
}

/// The taps of one phase within weights `[KH, KW, C, M]`.
struct WinogradTaps {
    /// Elements of a tap.
    let size: Int
    /// The offset of the phase's first tap.
    let start: Int
    private let shape: WinogradShape
    private let taps: gradus_winograd_taps

    /// - Parameters:
    ///   - phase: the remainders of the taps' rows and columns modulo the stride.
    ///    - positionStep: elements from one position to the next, at least `size`, the default.
    init(_ plan: ConvolutionPlan, _ shape: WinogradShape, phase: (Int, Int), positionStep: Int? = nil) {
        size = plan.geometry.channels * plan.filters
        let width = plan.geometry.kernel.width
        start = (phase.0 * width + phase.1) * size
        self.shape = shape
        taps = gradus_winograd_taps(
            points: shape.points, kernel: shape.kernel, row_step: shape.stride * width * size,
            column_step: shape.stride * size, position_step: positionStep ?? size)
    }

    /// Calls `body` with the transformed window of the phase, `[position, C, M]`, or the transformed flipped window.
    func withTransformed<Scalar: DifferentiableScalar>(
        of w: UnsafePointer<Scalar>, isTurned: Bool = false, _ body: (UnsafePointer<Scalar>) -> Void
    ) {
        withScratch(shape.positions * size) { (transformed: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (w, transformed) = (w, transformed)
            Parallel.forEachRange(size, grain: 1 << 11) { first, count in
                var taps = taps
                var from = w + start + first
                if isTurned {
                    from += (shape.kernel - 1) * (taps.row_step + taps.column_step)
                    (taps.row_step, taps.column_step) = (-taps.row_step, -taps.column_step)
                }
                Scalar.kernels.pointee.winograd_weights(transformed + first, from, count, &taps)
            }
            body(transformed)
        }
    }

    /// Writes some elements of the phase's taps of a gradient `dw` from the products at all positions.
    func writeGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ products: UnsafePointer<Scalar>, _ first: Int, _ count: Int
    ) {
        var taps = taps
        Scalar.kernels.pointee.winograd_weight_gradient(dw + start + first, products + first, count, &taps)
    }
}
