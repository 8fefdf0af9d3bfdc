import CKernels
import GradusBLAS

/// A convolution with all that follows it: `y = activation((x ∗ w) · scale + shift + residual)`, in one pass over memory.
///
/// It is what a trained network computes where batch normalization stands behind a convolution. Gradients reach `x` and
/// `residual` only; the weights keep the form in which the kernels read them until they change.
///
/// - Parameters:
///   - x: images, `[N, H, W, C]`.
///   - w: `[KH, KW, C / groups, M]`.
///   - scale: `[M]`.
///   - shift: `[M]`.
///   - residual: of the result's shape.
/// - Returns: `[N, OH, OW, M]`.
/// - Traps: when the shapes disagree or the window does not fit.
package func fusedConvolution<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, scale: Tensor<Scalar>? = nil, shift: Tensor<Scalar>? = nil,
    adding residual: Tensor<Scalar>? = nil, stride: Extent2D = 1, padding: Padding = .valid, dilation: Extent2D = 1,
    groups: Int = 1, activation: Activation = .identity, algorithm: ConvolutionAlgorithm? = nil
) -> Tensor<Scalar> {
    let filters = w.shape.last ?? 0
    check(
        x.rank == 4 && w.rank == 4 && groups > 0 && x.shape[3] == w.shape[2] * groups && filters % groups == 0
            && scale.map { $0.shape == [filters] } ?? true && shift.map { $0.shape == [filters] } ?? true,
        "convolution: expected images [N, H, W, C], weights [KH, KW, C / \(groups), M], a scale and a shift [M], got "
            + "\(x.shape), \(w.shape), \(scale?.shape ?? []) and \(shift?.shape ?? [])")
    let geometry = WindowGeometry(
        x.shape, kernel: Extent2D(w.shape[0], w.shape[1]), stride: stride, padding: padding, dilation: dilation,
        "convolution")
    let plan = ConvolutionPlan(geometry, filters: filters, groups: groups, algorithm: algorithm)
    check(
        residual.map { $0.shape == plan.outputShape } ?? true,
        "convolution: a residual of shape \(residual?.shape ?? []) cannot be added to \(plan.outputShape)")
    x.storage.trace?.note(multiplyAdds: plan.multiplyAdds)
    let isWhole = activation.limits != nil
    let weights = w.detached()
    let inputs = [x.detached(), weights] + [scale, shift, residual].compactMap { $0?.detached() }
    let sum = Tensor<Scalar>.computed(plan.outputShape, inputs) { y, sources in
        guard !plan.outputShape.contains(0) else { return }
        let epilogue = Epilogue(
            scale: scale?.pointer, shift: shift?.pointer, residual: residual?.pointer,
            activation: isWhole ? activation : .identity)
        plan.infer(y, sources[0], weights, epilogue)
    }
    let isRecorded = x.origin != nil || residual?.origin != nil
    if !isWhole && isRecorded {
        let linear = fusedConvolution(
            x, w, scale: scale, shift: shift, adding: residual, stride: stride, padding: padding, dilation: dilation,
            groups: groups, algorithm: algorithm)
        return activation(linear)
    }
    return record(
        isWhole ? sum : activation(sum), from: [x] + (residual.map { [$0] } ?? []), operation: "convolution"
    ) { upstream, pass in
        let dz = activation.gradient(upstream, at: sum, pass)
        let dx = pass.wants(0) ? plan.inputGradient(scale.map { dz * $0.detached() } ?? dz, weights) : nil
        return [dx] + (residual == nil ? [] : [dz])
    }
}

extension ConvolutionPlan {
    /// `y = epilogue(x ∗ w)`; the epilogue's activation is one that the kernels know.
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        let matrix = w.reshaped(to: [windowSize, filters])
        switch algorithm {
        case .depthwise: DepthwiseConvolution(plan: self).infer(y, x, w.pointer, epilogue)
        case .direct:
            DirectConvolution(plan: self).infer(y, x, PackedWeights(keptBy: matrix, groups: groups), epilogue)
        case .winograd:
            let shape = WinogradShape(geometry)
            WinogradTiles(self, shape).multiply(y, x, WinogradWeights(keptBy: w, self, shape), epilogue.kernel())
        case .im2col where groups == 1 && geometry.windowsAreRows:
            Kernels.product(
                x, geometry.images * geometry.windows, windowSize, PackedWeights(keptBy: matrix), epilogue, into: y)
        case .im2col:
            Im2colConvolution(plan: self).forward(y, x, w.pointer, nil, .identity)
            apply(epilogue, to: y)
        case .dilated:
            DilatedConvolution(plan: self).forward(y, x, w.pointer, nil, .identity)
            apply(epilogue, to: y)
        }
    }

    /// The epilogue as a pass of its own.
    private func apply<Scalar: DifferentiableScalar>(_ epilogue: Epilogue<Scalar>, to y: UnsafeMutablePointer<Scalar>) {
        let ones = Tensor<Scalar>(repeating: 1, shape: [filters])
        let zeros = Tensor<Scalar>(repeating: 0, shape: [filters])
        let rows = geometry.images * geometry.windows
        let slope = epilogue.activation.negativeSlope
        withExtendedLifetime((ones.storage, zeros.storage)) {
            nonisolated(unsafe) let (y, epilogue) = (y, epilogue)
            Kernels.forEachRowRange(rows, width: filters) { start, length in
                let at = start * filters
                Scalar.kernels.pointee.column_affine(
                    y + at, y + at, epilogue.scale ?? ones.pointer, epilogue.shift ?? zeros.pointer,
                    epilogue.residual.map { $0 + at }, slope ?? 1, length, filters)
            }
        }
        if slope == nil { Kernels.addBias(nil, epilogue.activation, to: y, rows: rows, width: filters) }
    }
}

extension DirectConvolution {
    /// `y = epilogue(x ∗ w)` with packed weights.
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ packed: PackedWeights<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
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

extension Kernels {
    /// `y = epilogue(x w)` for `x` `[rows, features]`, cut along the rows where there are enough, else along the outputs.
    static func product<Scalar: DifferentiableScalar>(
        _ x: UnsafePointer<Scalar>, _ rows: Int, _ features: Int, _ weights: PackedWeights<Scalar>,
        _ epilogue: Epilogue<Scalar>, into y: UnsafeMutablePointer<Scalar>
    ) {
        let (outputs, block, tile) = (weights.outputs, PackedWeights<Scalar>.block, 14)
        let (blocks, tiles) = ((outputs + block - 1) / block, (rows + tile - 1) / tile)
        let wanted = max(1, min(1 << 10, (rows * features * outputs) >> 19))
        var sizes = DirectSizes(rows: rows, features: features, outputs: outputs)
        let alongRows = tiles >= 2 * blocks || blocks == 1
        let parts = min(wanted, alongRows ? tiles : min(8, blocks))
        sizes.epilogue = epilogue.kernel()
        nonisolated(unsafe) let (x, y, whole, epilogue) = (x, y, sizes, epilogue)
        Parallel.forEach(parts) { index in
            var part = whole
            if alongRows {
                let first = index * tiles / parts * tile
                part.columns = min(rows, (index + 1) * tiles / parts * tile) - first
                part.epilogue = epilogue.kernel(at: first * outputs)
                part.forward(y + first * outputs, x + first * features, weights)
            } else {
                part.chosenOutputs =
                    (index * blocks / parts * block)..<min(outputs, (index + 1) * blocks / parts * block)
                part.forward(y, x, weights)
            }
        }
    }
}
