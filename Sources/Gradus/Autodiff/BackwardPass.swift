/// The backward pass as a pullback sees it.
struct BackwardPass<Scalar: TensorScalar> {
    /// The operation whose gradient is computed.
    let node: GraphNode<Scalar>
    /// The call that computes gradients.
    let call: DifferentiationCall
    /// Whether gradients must be differentiable, that is computed by tensor operations, not by kernels.
    let createsGraph: Bool

    /// Whether the gradient of input `index` is used.
    func wants(_ index: Int) -> Bool { node.inputs[index].map { $0.node.call.owner === call } ?? false }

    /// Input `index` of the operation from its saved values; with its history if the pass creates a graph.
    func input(_ index: Int, _ values: Tensor<Scalar>) -> Tensor<Scalar> {
        guard createsGraph, let edge = node.inputs[index] else { return values }
        return values.with(edge.node, result: edge.result)
    }

    /// Result `index` of the operation from its saved values; with its history if the pass creates a graph.
    func result(_ index: Int = 0, _ values: Tensor<Scalar>) -> Tensor<Scalar> {
        createsGraph ? values.with(node, result: index) : values
    }
}

extension BackwardPass where Scalar: DifferentiableScalar {
    /// The gradients of an operation that `body` expresses as a composition of other operations: the composition is
    /// differentiated instead.
    ///
    /// - Parameters:
    ///    - inputs: the saved values of the operation's inputs.
    ///    - upstream: the gradients of its results.
    ///    - body: computes the results from the inputs.
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

/// The contribution of an operation to the gradient of one of its inputs.
enum Contribution<Scalar: TensorScalar> {
    /// A tensor of the input's shape.
    case tensor(Tensor<Scalar>)
    /// Rows of a table of the given shape: element i of `rows` belongs to row `indices[i]`. They remain separate until
    /// the optimizer, because a batch touches few rows of a large vocabulary.
    case rows(Tensor<Scalar>, at: Tensor<Int32>, of: [Int])
    /// `xᵀ dz` for `x` `[rows, D]` and `dz` `[rows, M]`: the gradient of a weight `[D, M]`. The product is deferred,
    /// so that a weight that is used in every time step takes one product for several steps.
    case deferredWeightGradient(Tensor<Scalar>, Tensor<Scalar>)
    /// A gradient of the given shape that writes itself to memory, or with `accumulates` adds itself to it, so that
    /// weights that are used many times need one gradient only.
    case sum([Int], (_ gradient: UnsafeMutablePointer<Scalar>, _ accumulates: Bool) -> Void)
}
