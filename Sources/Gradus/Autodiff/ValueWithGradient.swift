/// The value of `body` at `x` and its gradient with respect to the tensor `x`: for saliency maps, penalties and tests.
///
/// - Parameters:
///   - x: the point at which the gradient is taken.
///    - createGraph: whether an enclosing call can differentiate the value and the gradient again. Otherwise both are
///      constants.
///    - body: computes a scalar from `x`. Variables of an enclosing call are constants here.
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

/// The value of `body` at several tensors and its gradient with respect to each of them.
///
/// A penalty on gradients, for example, needs an inner call whose gradients can be differentiated:
///
/// ```swift
/// let (loss, gradients) = valueWithGradient(at: critic) {
///     let (_, slope) = valueWithGradient(at: images, createGraph: true) { critic($0, .training).sum() }
///     return (slope.squared().sum(axes: [1, 2, 3]).squareRoot() - 1).squared().mean()
/// }
/// ```
///
/// - Parameters:
///   - inputs: the point at which the gradients are taken.
///    - createGraph: whether an enclosing call can differentiate the value and the gradients again. Otherwise all are
///      constants.
///    - body: computes a scalar. Variables of an enclosing call are constants here.
/// - Returns: the scalar, and a gradient of each input's shape: zeros if `body` does not depend on it.
/// - Traps: when the result of `body` is not a scalar or depends on none of the inputs.
@specialized(where Scalar == Float)
public func valueWithGradient<Scalar: DifferentiableScalar>(
    at inputs: [Tensor<Scalar>], createGraph: Bool = false,
    _ body: ([Tensor<Scalar>]) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradients: [Tensor<Scalar>]) {
    let (value, gradients, _) = try valueWithGradient(at: inputs, createGraph: createGraph, { (try body($0), ()) })
    return (value, gradients)
}

/// The same for a `body` that also returns something else, such as the predictions of the same pass.
///
/// - Returns: the scalar, the gradients, and the other result of `body`. Tensors in it become constants, and must be
///   detached before a later call uses them.
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

/// Runs `body` as the computation of `call`, and propagates a gradient of one from its result to `leaves`.
///
/// - Parameters:
///    - subject: names what the result must depend on, for the message; `nil` if it need not.
///    - completed: called with a leaf's index when its gradient is complete.
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
    /// Takes the gradient of a leaf and leaves none, because an outer call may propagate gradients through it later.
    func takeGradient() -> Tensor<Scalar>? {
        defer { gradients[0] = nil }
        return gradients[0]
    }
}
