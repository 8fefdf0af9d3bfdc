/// An operation with a backward pass of your own.
///
/// ```swift
/// let rounded = customOperation(x) { x in
///     (value: x.rounded(), pullback: { upstream in upstream })      // straight-through estimator
/// }
/// ```
///
/// Its gradient cannot be differentiated once more, because the pullback may use any tensor that `forward` computed. Where
/// gradients of gradients are wanted, give the pullback as a function of the inputs: see
/// ``customOperation(_:value:pullback:)``.
///
/// - Parameters:
///   - input: the input, passed to `forward` without its history.
///   - forward: returns the value and a closure from the gradient of the value to the gradient of the input.
/// - Traps: when the pullback returns another shape than the input's.
public func customOperation<Scalar: DifferentiableScalar>(
    _ input: Tensor<Scalar>,
    _ forward: (Tensor<Scalar>) -> (value: Tensor<Scalar>, pullback: (Tensor<Scalar>) -> Tensor<Scalar>)
) -> Tensor<Scalar> {
    customOperation([input]) { inputs in
        let (value, pullback) = forward(inputs[0])
        return (value, { [pullback($0)] })
    }
}

/// An operation of several inputs with a backward pass of your own.
///
/// - Traps: when the pullback returns another number of gradients, or another shape, than the inputs have.
public func customOperation<Scalar: DifferentiableScalar>(
    _ inputs: [Tensor<Scalar>],
    _ forward: ([Tensor<Scalar>]) -> (value: Tensor<Scalar>, pullback: (Tensor<Scalar>) -> [Tensor<Scalar>])
) -> Tensor<Scalar> {
    let (value, pullback) = forward(inputs.map { $0.detached() })
    let shapes = inputs.map(\.shape)
    return record(value, from: inputs) { upstream, pass in
        // Without history, so that a pass that creates a graph sees that it is missing.
        let gradients = pullback(upstream.detached()).map { $0.detached() }
        checkShapes(gradients, shapes)
        return gradients
    }
}

/// An operation with a backward pass of your own that can be differentiated once more.
///
/// ```swift
/// let cubes = customOperation([x], value: { $0[0] * $0[0] * $0[0] }, pullback: { upstream, inputs in
///     [3 * inputs[0] * inputs[0] * upstream]
/// })
/// ```
///
/// - Parameters:
///   - inputs: the inputs, passed to `value` without their history.
///   - value: the value at the inputs.
///   - pullback: from the gradient of the value, and the inputs, to the gradients of the inputs, by operations on tensors. In
///     a pass that creates a graph both have their history.
/// - Traps: when the pullback returns another number of gradients, or another shape, than the inputs have.
public func customOperation<Scalar: DifferentiableScalar>(
    _ inputs: [Tensor<Scalar>],
    value: ([Tensor<Scalar>]) -> Tensor<Scalar>,
    pullback: @escaping (_ upstream: Tensor<Scalar>, _ inputs: [Tensor<Scalar>]) -> [Tensor<Scalar>]
) -> Tensor<Scalar> {
    let saved = inputs.map { $0.detached() }
    return record(value(saved), from: inputs) { upstream, pass in
        let gradients = pullback(upstream, saved.enumerated().map { pass.input($0, $1) })
        checkShapes(gradients, saved.map(\.shape))
        return gradients
    }
}

private func checkShapes<Scalar>(_ gradients: [Tensor<Scalar>], _ shapes: [[Int]]) {
    check(
        gradients.map(\.shape) == shapes,
        "customOperation: the inputs have shapes \(shapes), the pullback returned \(gradients.map(\.shape))"
    )
}
