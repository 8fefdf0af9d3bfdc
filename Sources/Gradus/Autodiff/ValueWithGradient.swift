/// The value of `body` and its gradient with respect to the trainable parameters of `model`.
///
/// Only what `body` does is recorded, and only what leads to these parameters: with a GAN's generator as `model`,
/// nothing is spent on the discriminator's weights. Parameters that `body` did not use have no entry in the result.
///
/// - Parameters:
///   - model: the module to differentiate with respect to.
///   - body: computes a scalar, usually the loss.
/// - Returns: the scalar (detached), and a gradient for each parameter.
/// - Traps: when the result of `body` is not a scalar.
public func valueWithGradient<Model: Module>(
    at model: Model, file: StaticString = #fileID, line: UInt = #line,
    _ body: () throws -> Tensor<Float>
) rethrows -> (value: Tensor<Float>, gradients: Gradients) {
    let parameters = model.namedParameters().filter { $0.parameter.isTrainable }
    let outer = parameters.map(\.parameter.leaf)
    let leaves = parameters.map { _ in GraphNode<Float>.leaf() }
    for (named, leaf) in zip(parameters, leaves) {
        leaf.rows = []
        named.parameter.leaf = leaf
    }
    defer { for (named, leaf) in zip(parameters, outer) { named.parameter.leaf = leaf } }

    let value = try differentiated(file, line, body)
    let entries = zip(parameters, leaves).compactMap { named, leaf in
        ParameterGradient(dense: leaf.gradients[0], rows: leaf.rows ?? [], shape: named.parameter.shape).map {
            Gradients.Entry(name: named.name, parameter: named.parameter, gradient: $0)
        }
    }
    return (value, Gradients(entries))
}

/// The value of `body` at `x` and its gradient with respect to `x`, a plain tensor: for saliency and for checks.
///
/// - Returns: the scalar, and a gradient of the shape of `x` (zeros when `body` does not depend on `x`).
/// - Traps: when the result of `body` is not a scalar.
public func valueWithGradient<Scalar: DifferentiableScalar>(
    at x: Tensor<Scalar>, file: StaticString = #fileID, line: UInt = #line,
    _ body: (Tensor<Scalar>) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradient: Tensor<Scalar>) {
    let (value, gradients) = try valueWithGradient(at: [x], file: file, line: line) { try body($0[0]) }
    return (value, gradients[0])
}

/// The value of `body` at several tensors and its gradient with respect to each.
public func valueWithGradient<Scalar: DifferentiableScalar>(
    at inputs: [Tensor<Scalar>], file: StaticString = #fileID, line: UInt = #line,
    _ body: ([Tensor<Scalar>]) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradients: [Tensor<Scalar>]) {
    let leaves = inputs.map { _ in GraphNode<Scalar>.leaf() }
    let value = try differentiated(file, line) { try body(zip(inputs, leaves).map { $0.with($1) }) }
    return (value, zip(inputs, leaves).map { $1.gradients[0] ?? Tensor(repeating: 0, shape: $0.shape) })
}

/// Runs `body`, sends a gradient of one back from its result, and returns the result without its history.
private func differentiated<Scalar: DifferentiableScalar>(
    _ file: StaticString, _ line: UInt, _ body: () throws -> Tensor<Scalar>
) rethrows -> Tensor<Scalar> {
    var value = try CallSite.with(file, line, body)
    check(value.count == 1, "valueWithGradient: the closure must return a scalar, got shape \(value.shape)", file, line)
    if let edge = value.origin {
        value = value.detached()
        backpropagate(from: edge, seed: Tensor(repeating: 1, shape: value.shape))
    }
    return value
}
