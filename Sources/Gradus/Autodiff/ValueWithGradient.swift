/// The value of `body` at `x` and its gradient with respect to `x`, a plain tensor: for saliency, penalties and checks.
///
/// - Parameters:
///   - x: where the gradient is taken.
///   - createGraph: whether the value and the gradient can be differentiated once more, by a call around this one.
///     Otherwise both are constants.
///   - body: computes a scalar from `x`. Tensors that a call around this one differentiates by count as constants here.
/// - Returns: the scalar, and a gradient of the shape of `x`.
/// - Traps: when the result of `body` is not a scalar or does not depend on `x`.
@specialized(where Scalar == Float)
public func valueWithGradient<Scalar: DifferentiableScalar>(
    at x: Tensor<Scalar>, createGraph: Bool = false,
    _ body: (Tensor<Scalar>) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradient: Tensor<Scalar>) {
    let (value, gradients) = try valueWithGradient(at: [x], createGraph: createGraph) {
        try body($0[0])
    }
    return (value, gradients[0])
}

/// The value of `body` at several tensors and its gradient with respect to each.
///
/// The gradient of a penalty on gradients, for example, takes an inner call whose gradients can be differentiated:
///
/// ```swift
/// let (loss, gradients) = valueWithGradient(at: critic) {
///     let (_, slope) = valueWithGradient(at: images, createGraph: true) { critic($0, .training).sum() }
///     return (slope.squared().sum(axes: [1, 2, 3]).squareRoot() - 1).squared().mean()
/// }
/// ```
///
/// - Parameters:
///   - inputs: where the gradients are taken.
///   - createGraph: whether the value and the gradients can be differentiated once more, by a call around this one.
///     Otherwise all are constants.
///   - body: computes a scalar. Tensors that a call around this one differentiates by count as constants here.
/// - Returns: the scalar, and a gradient of each input's shape: zeros for one that `body` does not depend on.
/// - Traps: when the result of `body` is not a scalar or depends on none of the inputs.
@specialized(where Scalar == Float)
public func valueWithGradient<Scalar: DifferentiableScalar>(
    at inputs: [Tensor<Scalar>], createGraph: Bool = false,
    _ body: ([Tensor<Scalar>]) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradients: [Tensor<Scalar>]) {
    let (value, gradients, _) = try valueWithGradient(at: inputs, createGraph: createGraph, { (try body($0), ()) })
    return (value, gradients)
}

/// The same for a `body` that returns something besides the scalar, such as predictions of the same pass.
///
/// - Returns: the scalar, the gradients, and what `body` returned besides. Tensors in it are constants from here on, and
///   must be detached before a later call uses them.
public func valueWithGradient<Scalar: DifferentiableScalar, Auxiliary>(
    at inputs: [Tensor<Scalar>], createGraph: Bool = false,
    _ body: ([Tensor<Scalar>]) throws -> (Tensor<Scalar>, Auxiliary)
) rethrows -> (value: Tensor<Scalar>, gradients: [Tensor<Scalar>], auxiliary: Auxiliary) {
    let call = DifferentiationCall()
    let leaves = inputs.map { GraphNode<Scalar>.leaf(of: call, origin: createGraph ? $0.origin : nil) }
    let (value, auxiliary) = try differentiate(
        call, leaves, createGraph: createGraph,
        subject: { inputs.count == 1 ? "its input" : "any of its \(inputs.count) inputs" }
    ) { try body(zip(inputs, leaves).map { $0.with($1) }) }
    let gradients = zip(inputs, leaves).map { $1.takeGradient() ?? Tensor(repeating: 0, shape: $0.shape) }
    return (value, gradients, auxiliary)
}

/// Runs `body` as what `call` differentiates, and sends a gradient of one back from its result to `leaves`.
///
/// - Parameters:
///   - subject: names what the result must depend on, for the message; `nil` where it need not.
///   - completed: called with a leaf's number when its gradient is complete; `nil` where nobody waits for it.
@specialized(where Scalar == Float, Auxiliary == Void)
func differentiate<Scalar: DifferentiableScalar, Auxiliary>(
    _ call: DifferentiationCall, _ leaves: [GraphNode<Scalar>], createGraph: Bool,
    subject: (() -> String)?, completed: ((Int) -> Void)? = nil,
    _ body: () throws -> (Tensor<Scalar>, Auxiliary)
) rethrows -> (value: Tensor<Scalar>, auxiliary: Auxiliary) {
    var isComplete = false
    defer { if !isComplete { call.end() } }
    return try DifferentiationCall.$current.withValue(call) {
        let (value, auxiliary) = try body()
        check(value.count == 1, "valueWithGradient: the closure must return a scalar, got shape \(value.shape)")
        guard let edge = value.origin, edge.node.call.owner === call else {
            guard let subject else { return (value.detached(), auxiliary) }
            stop(
                "valueWithGradient: the result of the closure does not depend on \(subject()), so there is no gradient. "
                    + "(Gradients of a call inside it are constants, unless that call is asked to createGraph.)")
        }
        backpropagate(
            from: edge, shape: value.shape, of: call, createGraph: createGraph,
            completed: completed.map { LeafCompletion(leaves, $0) })
        guard createGraph else { return (value.detached(), auxiliary) }
        call.end(leaving: [edge] + leaves.compactMap { $0.gradients[0]?.origin })
        isComplete = true
        return (value, auxiliary)
    }
}

extension GraphNode {
    /// What has arrived at a leaf; nothing is left behind, for an outer call may send gradients through it later.
    func takeGradient() -> Tensor<Scalar>? {
        defer { gradients[0] = nil }
        return gradients[0]
    }
}
