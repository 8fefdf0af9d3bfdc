/// An operation with a backward pass of your own.
///
/// ```swift
/// let rounded = customOperation(x) { x in
///     (value: x.rounded(), pullback: { upstream in upstream })      // straight-through estimator
/// }
/// ```
///
/// - Parameters:
///   - input: the input, passed to `forward` without its history.
///   - forward: returns the value and a closure from the gradient of the value to the gradient of the input.
/// - Traps: when the pullback returns another shape than the input's.
public func customOperation<Scalar: DifferentiableScalar>(
    _ input: Tensor<Scalar>, file: StaticString = #fileID, line: UInt = #line,
    _ forward: (Tensor<Scalar>) -> (value: Tensor<Scalar>, pullback: (Tensor<Scalar>) -> Tensor<Scalar>)
) -> Tensor<Scalar> {
    customOperation([input], file: file, line: line) { inputs in
        let (value, pullback) = forward(inputs[0])
        return (value, { [pullback($0)] })
    }
}

/// An operation of several inputs with a backward pass of your own.
///
/// - Traps: when the pullback returns another number of gradients, or another shape, than the inputs have.
public func customOperation<Scalar: DifferentiableScalar>(
    _ inputs: [Tensor<Scalar>], file: StaticString = #fileID, line: UInt = #line,
    _ forward: ([Tensor<Scalar>]) -> (value: Tensor<Scalar>, pullback: (Tensor<Scalar>) -> [Tensor<Scalar>])
) -> Tensor<Scalar> {
    let (value, pullback) = forward(inputs.map { $0.detached() })
    let shapes = inputs.map(\.shape)
    return record(value, from: inputs) { upstream, _ in
        let gradients = pullback(upstream)
        check(
            gradients.map(\.shape) == shapes,
            "customOperation: the inputs have shapes \(shapes), the pullback returned \(gradients.map(\.shape))", file,
            line)
        return gradients
    }
}
