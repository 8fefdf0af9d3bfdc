/// A two-dimensional convolution (as in all of deep learning, a correlation) with bias and activation:
/// `y[n, i, j, m] = activation(b[m] + Σ x[n, i s + p d, j s + q d, c] w[p, q, c, m])`.
///
/// With groups, output channel m sees the input channels of its group only; as many groups as input channels make a
/// depthwise convolution.
///
/// Windows of 3 × 3, 5 × 5 and strided 4 × 4 over many channels go through Winograd's method, whose tiles of outputs share their
/// arithmetic. An infinity or NaN then spreads to all outputs of the tiles that hold it (up to 5 × 5 instead of 3 × 3), and
/// rounding errors are those of the largest number of the tile: beside one pixel of 10⁶ outputs of size 1 are off by 0.1.
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

/// The same with a given algorithm; `nil` chooses the best.
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
