/// What a pullback may know about the pass that calls it.
struct BackwardPass<Scalar: TensorScalar> {
    /// The operation whose gradient is computed.
    let node: GraphNode<Scalar>
    /// The call that asks for gradients.
    let call: DifferentiationCall
    /// Whether the gradients must be differentiable themselves: computed by operations on tensors, not by kernels.
    let createsGraph: Bool

    /// Whether the gradient of input `index` is used.
    func wants(_ index: Int) -> Bool { node.inputs[index].map { $0.node.call.owner === call } ?? false }

    /// Input `index` of the operation, whose values a pullback saved; with its history where the pass creates a graph.
    func input(_ index: Int, _ values: Tensor<Scalar>) -> Tensor<Scalar> {
        guard createsGraph, let edge = node.inputs[index] else { return values }
        return values.with(edge.node, result: edge.result)
    }

    /// Result `index` of the operation, whose values a pullback saved; with its history where the pass creates a graph.
    func result(_ index: Int = 0, _ values: Tensor<Scalar>) -> Tensor<Scalar> {
        createsGraph ? values.with(node, result: index) : values
    }
}

extension BackwardPass where Scalar: DifferentiableScalar {
    /// The gradients of an operation that is written once more as a composition of others: what `body` does is
    /// differentiated in place of the operation's own kernels.
    ///
    /// - Parameters:
    ///   - inputs: the saved values of the operation's inputs.
    ///   - upstream: the gradients of its results.
    ///   - body: from the inputs to the same results.
    func gradients(
        at inputs: [Tensor<Scalar>], _ upstream: [Tensor<Scalar>?],
        composedOf body: ([Tensor<Scalar>]) -> [Tensor<Scalar>]
    ) -> [Tensor<Scalar>?] {
        let wanted = inputs.indices.filter(wants)
        let linked = inputs.enumerated().map { input($0, $1) }
        let (_, gradients) = valueWithGradient(at: wanted.map { linked[$0] }, createGraph: true) { moving in
            var all = linked
            for (index, tensor) in zip(wanted, moving) { all[index] = tensor }
            let terms = zip(body(all), upstream).compactMap { result, gradient in
                gradient.map { (result * $0).sum() }
            }
            return terms.dropFirst().reduce(terms[0], +)
        }
        var result = [Tensor<Scalar>?](repeating: nil, count: inputs.count)
        for (index, gradient) in zip(wanted, gradients) where gradient.origin != nil { result[index] = gradient }
        return result
    }
}
