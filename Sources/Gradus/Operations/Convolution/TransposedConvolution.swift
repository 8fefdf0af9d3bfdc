/// A transposed convolution: the transpose of the linear map
/// ``convolution(_:_:_:stride:padding:dilation:groups:activation:)``. Strides enlarge the image: each input pixel adds
/// its value times the filter to a window of the output.
///
/// - Parameters:
///   - x: images, `[N, H, W, C]`.
///   - w: `[KH, KW, M, C]`.
///   - b: `[M]`.
///   - padding: crops the output where it would pad the input of the convolution: `.same` gives `H · stride`, `.valid`
///     gives `(H − 1) stride + (KH − 1) dilation + 1`.
///    - outputPadding: rows and columns added at the bottom and right, if several sizes are possible; not with
///      `.same`, which determines the size.
/// - Returns: `[N, OH, OW, M]`.
/// - Traps: when the shapes disagree, or an output padding is given with `.same`.
public func transposedConvolution<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>? = nil, stride: Extent2D = 1,
    padding: Padding = .valid, outputPadding: Extent2D = 0, dilation: Extent2D = 1, activation: Activation = .identity
) -> Tensor<Scalar> {
    transposedConvolution(
        x, w, b, stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
        activation: activation, algorithm: nil)
}

/// The same with a given algorithm; `nil` selects the best.
package func transposedConvolution<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ b: Tensor<Scalar>?, stride: Extent2D, padding: Padding,
    outputPadding: Extent2D, dilation: Extent2D, activation: Activation, algorithm: ConvolutionAlgorithm?
) -> Tensor<Scalar> {
    check(
        x.rank == 4 && w.rank == 4 && x.shape[3] == w.shape[3] && (b == nil || b!.shape == [w.shape[2]]),
        "transposedConvolution: expected images [N, H, W, C], weights [KH, KW, M, C] and a bias [M], got \(x.shape), "
            + "\(w.shape) and \(b?.shape ?? [])")
    check(
        padding != .same || outputPadding == 0,
        "transposedConvolution: with .same padding the output is the input times the stride; an output padding of "
            + "\(outputPadding.height) × \(outputPadding.width) cannot be added, take an explicit padding")
    check(
        [stride, outputPadding, dilation, Extent2D(x.shape[1], x.shape[2]), Extent2D(w.shape[0], w.shape[1])]
            .allSatisfy {
                (0...WindowGeometry.largest).contains($0.height) && (0...WindowGeometry.largest).contains($0.width)
            },
        "transposedConvolution: the result does not fit in memory: images of \(x.shape) with a stride of \(stride.height) × \(stride.width), a "
            + "dilation of \(dilation.height) × \(dilation.width) and an output padding of \(outputPadding.height) × "
            + "\(outputPadding.width)")
    guard activation.slopeFollowsFromOutput else {
        let linear = transposedConvolution(
            x, w, b, stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
            activation: .identity, algorithm: algorithm)
        return activation(linear)
    }
    // The convolution from the output's size to the input's, whose input gradient this is.
    let kernel = Extent2D(w.shape[0], w.shape[1])
    let size = enlargedSize(
        x.shape, kernel: kernel, stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation)
    let geometry = WindowGeometry(
        [x.shape[0], size.height, size.width, w.shape[2]], kernel: kernel, stride: stride, padding: padding,
        dilation: dilation, "transposedConvolution")
    check(
        geometry.outHeight == x.shape[1] && geometry.outWidth == x.shape[2],
        "transposedConvolution: an output padding of \(outputPadding.height) × \(outputPadding.width) must stay below "
            + "the stride")
    let plan = ConvolutionPlan(geometry, filters: x.shape[3], groups: 1, algorithm: algorithm)
    let (images, weights) = (x.detached(), w.detached())
    x.storage.trace?.note(multiplyAdds: plan.multiplyAdds)
    let y = Tensor<Scalar>.computed(plan.inputShape, [images, weights] + (b.map { [$0] } ?? [])) { out, sources in
        plan.inputGradient(out, sources[0], sources[1], b == nil ? nil : sources[2], activation)
    }
    return record(y, from: [x, w] + (b.map { [$0] } ?? [])) { upstream, pass in
        let dy = activation.gradient(upstream, at: y, pass)
        return [
            pass.wants(0) ? plan.forward(dy, pass.input(1, weights)) : nil,
            pass.wants(1) ? plan.weightGradient(dy, pass.input(0, images)) : nil,
        ] + (b == nil ? [] : [pass.wants(2) ? dy.sum(axes: [0, 1, 2]) : nil])
    }
}

/// The output size of a transposed convolution.
private func enlargedSize(
    _ shape: [Int], kernel: Extent2D, stride: Extent2D, padding: Padding, outputPadding: Extent2D, dilation: Extent2D
) -> Extent2D {
    let full = Extent2D(
        (shape[1] - 1) * stride.height + (kernel.height - 1) * dilation.height + 1 + outputPadding.height,
        (shape[2] - 1) * stride.width + (kernel.width - 1) * dilation.width + 1 + outputPadding.width)
    return switch padding {
    case .valid: full
    case .same: Extent2D(shape[1] * stride.height, shape[2] * stride.width)
    case .explicit(let top, let bottom, let left, let right):
        Extent2D(full.height - top - bottom, full.width - left - right)
    }
}
