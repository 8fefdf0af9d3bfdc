/// An operation with a custom backward pass.
///
/// ```swift
/// let rounded = customOperation(x) { x in
///     (value: x.rounded(), pullback: { upstream in upstream })      // straight-through estimator
/// }
/// ```
///
/// Its gradient cannot be differentiated again, because the pullback may use any tensor that `forward` computed. For
/// gradients of gradients, express the pullback as a function of the inputs: see
/// ``customOperation(_:value:pullback:)``.
///
/// - Parameters:
///   - input: the input, passed to `forward` without its history.
///    - forward: returns the value and a closure that maps the gradient of the value to the gradient of the input.
/// - Traps: when the pullback returns a shape other than the input's.
public func customOperation<Scalar: DifferentiableScalar>(
    _ input: Tensor<Scalar>,
    _ forward: (Tensor<Scalar>) -> (value: Tensor<Scalar>, pullback: (Tensor<Scalar>) -> Tensor<Scalar>)
) -> Tensor<Scalar> {
    customOperation([input]) { inputs in
        let (value, pullback) = forward(inputs[0])
        return (value, { [pullback($0)] })
    }
}

/// An operation of several inputs with a custom backward pass.
///
/// - Traps: when the pullback does not return one gradient of the right shape for each input.
public func customOperation<Scalar: DifferentiableScalar>(
    _ inputs: [Tensor<Scalar>],
    _ forward: ([Tensor<Scalar>]) -> (value: Tensor<Scalar>, pullback: (Tensor<Scalar>) -> [Tensor<Scalar>])
) -> Tensor<Scalar> {
    let (value, pullback) = forward(inputs.map { $0.detached() })
    let shapes = inputs.map(\.shape)
    return record(value, from: inputs) { upstream, pass in
        // Without history, so that a pass that creates a graph detects that it is missing.
        let gradients = pullback(upstream.detached()).map { $0.detached() }
        checkShapes(gradients, shapes)
        return gradients
    }
}

/// An operation with a custom backward pass that can be differentiated again.
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
///   - pullback: maps the gradient of the value and the inputs to the gradients of the inputs, by tensor operations.
///     In a pass that creates a graph, its arguments have their histories.
/// - Traps: when the pullback does not return one gradient of the right shape for each input.
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
