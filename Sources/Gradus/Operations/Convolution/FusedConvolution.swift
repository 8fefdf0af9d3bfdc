/// A fused convolution: `y = activation((x ∗ w) · scale + shift + residual)` in one pass over memory.
///
/// In inference it replaces a convolution followed by batch normalization. Only `x` and `residual` receive gradients. The
/// packed form of the weights is cached until they change.
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

extension ConvolutionImplementation {
    func infer<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        inferInTwoPasses(y, x, w, epilogue)
    }

    /// The convolution, and then its epilogue.
    func inferInTwoPasses<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        forward(y, x, w.pointer, nil, .identity)
        epilogue.apply(to: y, rows: plan.geometry.images * plan.geometry.windows, width: plan.filters)
    }
}
