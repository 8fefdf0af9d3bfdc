/// Attaches to `value` how its gradient travels back to `a`, when something differentiable led to `a`.
func record<Scalar>(
    _ value: Tensor<Scalar>, from a: Tensor<Scalar>, _ pullback: @escaping (Tensor<Scalar>) -> Tensor<Scalar>
) -> Tensor<Scalar> {
    guard let edge = a.origin else { return value }
    return value.with(GraphNode(inputs: [edge], results: 1) { [pullback($0[0]!)] })
}

/// The same for two inputs; each closure runs only when its input's gradient is wanted.
func record<Scalar>(
    _ value: Tensor<Scalar>, from a: Tensor<Scalar>, _ b: Tensor<Scalar>,
    _ pullbackA: @escaping (Tensor<Scalar>) -> Tensor<Scalar>,
    _ pullbackB: @escaping (Tensor<Scalar>) -> Tensor<Scalar>
) -> Tensor<Scalar> {
    let (edgeA, edgeB) = (a.origin, b.origin)
    if edgeA == nil && edgeB == nil { return value }
    let (wantsA, wantsB) = (edgeA != nil, edgeB != nil)
    return value.with(
        GraphNode(inputs: [edgeA, edgeB], results: 1) { upstream in
            [wantsA ? pullbackA(upstream[0]!) : nil, wantsB ? pullbackB(upstream[0]!) : nil]
        })
}

/// The same for any number of inputs whose gradients are computed together; `wanted` says which are needed.
func record<Scalar>(
    _ value: Tensor<Scalar>, from inputs: [Tensor<Scalar>],
    _ pullback: @escaping (_ upstream: Tensor<Scalar>, _ wanted: [Bool]) -> [Tensor<Scalar>?]
) -> Tensor<Scalar> {
    record([value], from: inputs) { pullback($0[0]!, $1) }[0]
}

/// The same for an operation with several results; an upstream gradient is `nil` where a result led to nothing.
func record<Scalar>(
    _ values: [Tensor<Scalar>], from inputs: [Tensor<Scalar>],
    _ pullback: @escaping (_ upstream: [Tensor<Scalar>?], _ wanted: [Bool]) -> [Tensor<Scalar>?]
) -> [Tensor<Scalar>] {
    record(
        values, from: inputs,
        contributions: { upstream, wanted in
            pullback(upstream, wanted).map { $0.map(Contribution.tensor) }
        })
}

/// The same with contributions instead of tensors.
func record<Scalar>(
    _ values: [Tensor<Scalar>], from inputs: [Tensor<Scalar>],
    contributions pullback: @escaping (_ upstream: [Tensor<Scalar>?], _ wanted: [Bool]) -> [Contribution<Scalar>?]
) -> [Tensor<Scalar>] {
    let edges = inputs.map(\.origin)
    let wanted = edges.map { $0 != nil }
    guard wanted.contains(true) else { return values }
    let node = GraphNode(inputs: edges, results: values.count, contributions: { pullback($0, wanted) })
    return values.enumerated().map { index, value in value.with(node, result: index) }
}

extension Tensor {
    func with(_ node: GraphNode<Scalar>, result: Int = 0) -> Tensor {
        Tensor(shape: shape, storage: storage, offset: offset, origin: GraphEdge(node, result: result))
    }

    /// The same values, through which no gradient travels.
    public func detached() -> Tensor {
        Tensor(shape: shape, storage: storage, offset: offset)
    }
}

/// The same values as `tensor`, through which no gradient travels.
public func stopGradient<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> { tensor.detached() }
