/// A two-dimensional convolution (in fact a correlation, as in all of deep learning) with bias and activation: `y[n,
/// i, j, m] = activation(b[m] + Σ x[n, i s + p d, j s + q d, c] w[p, q, c, m])`.
///
/// With groups, output channel m sees the input channels of its group only; with as many groups as input channels the
/// convolution is depthwise.
///
/// Windows of 3 × 3, 5 × 5 and strided 4 × 4 over many channels use Winograd's method, whose tiles of outputs share
/// their arithmetic. An infinity or NaN then spreads to all outputs of the tiles that contain it (up to 5 × 5 instead
/// of 3 × 3), and rounding errors are relative to the largest number of the tile: next to one pixel of 10⁶, outputs of
/// size 1 are off by 0.1.
///
/// - Parameters:
///   - x: images, `[N, H, W, C]`.
///   - w: `[KH, KW, C / groups, M]`.
///   - b: `[M]`.
/// - Returns: `[N, OH, OW, M]`.
/// - Traps: when the shapes disagree or the window does not fit.
public func convolution<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>? = nil, stride: Extent2D = 1,
    padding: Padding = .valid, dilation: Extent2D = 1, groups: Int = 1, activation: Activation = .identity
) -> Tensor<Scalar> {
    convolution(
        x, w, b, stride: stride, padding: padding, dilation: dilation, groups: groups, activation: activation,
        algorithm: nil)
}

/// The same with a given algorithm; `nil` selects the best.
package func convolution<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>?, stride: Extent2D, padding: Padding,
    dilation: Extent2D, groups: Int, activation: Activation, algorithm: ConvolutionAlgorithm?
) -> Tensor<Scalar> {
    check(
        x.rank == 4 && w.rank == 4 && groups > 0 && x.shape[3] == w.shape[2] * groups && w.shape[3] % groups == 0
            && (b == nil || b!.shape == [w.shape[3]]),
        "convolution: expected images [N, H, W, C], weights [KH, KW, C / \(groups), M] and a bias [M], got \(x.shape), "
            + "\(w.shape) and \(b?.shape ?? [])")
    guard activation.slopeFollowsFromOutput else {
        return activation(
            convolution(
                x, w, b, stride: stride, padding: padding, dilation: dilation, groups: groups, activation: .identity,
                algorithm: algorithm))
    }
    let geometry = WindowGeometry(
        x.shape, kernel: Extent2D(w.shape[0], w.shape[1]), stride: stride, padding: padding, dilation: dilation,
        "convolution")
    let plan = ConvolutionPlan(geometry, filters: w.shape[3], groups: groups, algorithm: algorithm)
    let (images, weights) = (x.detached(), w.detached())
    x.storage.trace?.note(multiplyAdds: plan.multiplyAdds)
    let y = Tensor<Scalar>.computed(plan.outputShape, [images, weights] + (b.map { [$0] } ?? [])) { out, sources in
        plan.forward(out, sources[0], sources[1], b == nil ? nil : sources[2], activation)
    }
    return record(y, from: [x, w] + (b.map { [$0] } ?? [])) { upstream, pass in
        let dy = activation.gradient(upstream, at: y, pass)
        return [
            pass.wants(0) ? plan.inputGradient(dy, pass.input(1, weights)) : nil,
            pass.wants(1) ? plan.weightGradient(pass.input(0, images), dy) : nil,
        ] + (b == nil ? [] : [pass.wants(2) ? dy.sum(axes: [0, 1, 2]) : nil])
    }
}

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
    let isWhole = activation.piecewiseLinear != nil
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

    /// The convolution, followed by its epilogue.
    func inferInTwoPasses<Scalar: DifferentiableScalar>(
        _ y: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ w: Tensor<Scalar>,
        _ epilogue: Epilogue<Scalar>
    ) {
        forward(y, x, w.pointer, nil, .identity)
        epilogue.apply(to: y, rows: plan.geometry.images * plan.geometry.windows, width: plan.filters)
    }
}
