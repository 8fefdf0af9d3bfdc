/// Records how the gradient of `value` propagates to `a`, if `a` is differentiable.
///
/// This form is for linear operations: `transpose` is the transposed map, expressed as tensor operations.
@specialized(where Scalar == Float)
func record<Scalar>(
    _ value: Tensor<Scalar>, from a: Tensor<Scalar>, operation: StaticString = #function,
    transpose: @escaping (Tensor<Scalar>) -> Tensor<Scalar>
) -> Tensor<Scalar> {
    record(value, from: a, operation: operation) { upstream, _ in transpose(upstream) }
}

/// The same for any operation of one input.
///
/// A pullback may compute with kernels, which record nothing. If ``BackwardPass/createsGraph`` is set, it must use
/// tensor operations instead and get its saved tensors from the pass (see ``BackwardPass/input(_:_:)``). A pullback
/// that does not is refused by name when a gradient of a gradient is computed.
@specialized(where Scalar == Float)
func record<Scalar>(
    _ value: Tensor<Scalar>, from a: Tensor<Scalar>, operation: StaticString = #function,
    _ pullback: @escaping (_ upstream: Tensor<Scalar>, _ pass: BackwardPass<Scalar>) -> Tensor<Scalar>
) -> Tensor<Scalar> {
    guard a.origin != nil else { return value }
    return record([value], from: [a], operation: operation) { [.tensor(pullback($0[0]!, $1))] }[0]
}

/// The same for two inputs; each closure runs only if its input's gradient is needed.
@specialized(where Scalar == Float)
func record<Scalar>(
    _ value: Tensor<Scalar>, from a: Tensor<Scalar>, _ b: Tensor<Scalar>, operation: StaticString = #function,
    _ pullbackA: @escaping (Tensor<Scalar>, BackwardPass<Scalar>) -> Tensor<Scalar>,
    _ pullbackB: @escaping (Tensor<Scalar>, BackwardPass<Scalar>) -> Tensor<Scalar>
) -> Tensor<Scalar> {
    if a.origin == nil && b.origin == nil { return value }
    return record([value], from: [a, b], operation: operation) { upstream, pass in
        [
            pass.wants(0) ? .tensor(pullbackA(upstream[0]!, pass)) : nil,
            pass.wants(1) ? .tensor(pullbackB(upstream[0]!, pass)) : nil,
        ]
    }[0]
}

/// The same for any number of inputs whose gradients are computed together.
@specialized(where Scalar == Float)
func record<Scalar>(
    _ value: Tensor<Scalar>, from inputs: [Tensor<Scalar>], operation: StaticString = #function,
    _ pullback: @escaping (_ upstream: Tensor<Scalar>, _ pass: BackwardPass<Scalar>) -> [Tensor<Scalar>?]
) -> Tensor<Scalar> {
    record([value], from: inputs, operation: operation) { upstream, pass in
        pullback(upstream[0]!, pass).map { $0.map(Contribution.tensor) }
    }[0]
}

/// The same for an operation with several results; an upstream gradient is `nil` for results that were not used.
@specialized(where Scalar == Float)
func record<Scalar>(
    _ values: [Tensor<Scalar>], from inputs: [Tensor<Scalar>], operation: StaticString = #function,
    _ pullback: @escaping GraphNode<Scalar>.Pullback
) -> [Tensor<Scalar>] {
    var call: DifferentiationCall?
    var edges = inputs.map(\.origin)
    for index in edges.indices {
        guard let edge = edges[index] else { continue }
        if let owner = edge.node.call.owner {
            if let other = call, other !== owner {
                return recordOfSeveralCalls(values, from: inputs, operation, pullback)
            }
            call = owner
        } else {
            checkHasEnded(edge.node, operation)
            edges[index] = nil
        }
    }
    guard let call else { return values }
    let node = GraphNode(operation, of: call, inputs: edges, results: values.count, pullback)
    return values.enumerated().map { index, value in value.with(node, result: index) }
}

/// The same if inputs belong to different calls: the operation belongs to the innermost call that runs in this task,
/// and tensors recorded by another task's call are constants.
private func recordOfSeveralCalls<Scalar>(
    _ values: [Tensor<Scalar>], from inputs: [Tensor<Scalar>], _ operation: StaticString,
    _ pullback: @escaping GraphNode<Scalar>.Pullback
) -> [Tensor<Scalar>] {
    var call: DifferentiationCall?
    let edges = inputs.map { input -> GraphEdge<Scalar>? in
        guard let edge = input.origin, let owner = edge.node.call.owner else { return nil }
        if let current = DifferentiationCall.current, !current.isInside(owner) { return nil }
        call = .younger(call, owner)
        return edge
    }
    guard let call else { return values }
    let node = GraphNode(operation, of: call, inputs: edges, results: values.count, pullback)
    return values.enumerated().map { index, value in value.with(node, result: index) }
}

/// A tensor of a call that has ended is a constant, but its use inside a later call is almost always a mistake.
private func checkHasEnded<Scalar>(_ node: GraphNode<Scalar>, _ operation: StaticString) {
    guard DifferentiationCall.current?.owner != nil else { return }
    stop(
        "\("\(operation)".prefix { $0 != "(" }): an input was computed by \"\(node.name)\" inside a call of valueWithGradient "
            + "that has ended, so no gradient can reach what led to it. Call detached() on that tensor to use its values "
            + "only, or compute it again inside this call")
}

extension Tensor {
    func with(_ node: GraphNode<Scalar>, result: Int = 0) -> Tensor {
        Tensor(shape: shape, storage: storage, offset: offset, origin: GraphEdge(node, result: result))
    }

    /// The same values without history.
    public func detached() -> Tensor {
        Tensor(shape: shape, storage: storage, offset: offset)
    }
}

/// The values of `tensor` without history.
public func stopGradient<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> { tensor.detached() }
