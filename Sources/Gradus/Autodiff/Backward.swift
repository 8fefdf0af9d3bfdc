extension GraphNode where Scalar: DifferentiableScalar {
    /// Adds a contribution to what has arrived for result `index`, in place when the sum is ours alone.
    func accumulate(_ contribution: Contribution<Scalar>, at index: Int) {
        switch contribution {
        case .tensor(let gradient):
            if gradients[index] == nil {
                gradients[index] = gradient
            } else {
                gradients[index]!.add(inPlace: gradient)
            }
        case .rows(let values, at: let indices, of: let shape):
            if rows != nil { return rows!.append((values, indices)) }
            accumulate(
                .sum(shape) { gradient, accumulates in
                    if !accumulates { zeroFill(gradient, shape.reduce(1, *)) }
                    values.withUnsafeElements {
                        addRows($0.baseAddress, indices, shape.dropFirst().reduce(1, *), to: gradient)
                    }
                }, at: index)
        case .outerProducts(let x, let dz):
            guard pullback == nil else { return accumulate(Self.sum([(x, dz)]), at: index) }
            products.append((x, dz))
            if products.reduce(0, { $0 + $1.x.shape[0] }) >= 1024 { finishProducts() }
        case .sum(let shape, let add):
            let accumulates = gradients[index] != nil
            if !accumulates { gradients[index] = .computed(shape) { _ in } }
            gradients[index]!.withUnsafeMutableElements { if let base = $0.baseAddress { add(base, accumulates) } }
        }
    }
}

extension GraphNode where Scalar: DifferentiableScalar {
    /// Multiplies the outer products that have arrived at a leaf.
    func finishProducts() {
        guard !products.isEmpty else { return }
        let sum = Self.sum(products)
        products = []
        accumulate(sum, at: 0)
    }

    /// `Σ xᵀ dz` as a contribution that adds itself.
    private static func sum(_ products: [(x: Tensor<Scalar>, dz: Tensor<Scalar>)]) -> Contribution<Scalar> {
        let (d, m) = (products[0].x.shape[1], products[0].dz.shape[1])
        return .sum([d, m]) { gradient, accumulates in
            withExtendedLifetime(products) {
                Kernels.outerProducts(
                    products.map { ($0.x.pointer, $0.dz.pointer, $0.x.shape[0]) }, d, m, accumulates: accumulates,
                    into: gradient)
            }
        }
    }
}

/// Sends `seed` backward from `edge` through everything that led to it; the leaves keep what arrives.
///
/// A node lets go of its closure, and with it of the tensors saved for it, as soon as it has run.
func backpropagate<Scalar: DifferentiableScalar>(from edge: GraphEdge<Scalar>, seed: Tensor<Scalar>) {
    var nodes = nodesLeading(to: edge.node)
    edge.node.accumulate(.tensor(seed), at: edge.result)
    while let node = nodes.popLast() {
        node.finishProducts()
        guard let pullback = node.pullback else { continue }
        let upstream = node.gradients
        node.gradients = []
        node.pullback = nil
        for (input, contribution) in zip(node.inputs, pullback(upstream)) {
            if let input, let contribution { input.node.accumulate(contribution, at: input.result) }
        }
        node.inputs = []
    }
}

/// Every node that leads to `last`, the oldest first.
private func nodesLeading<Scalar>(to last: GraphNode<Scalar>) -> [GraphNode<Scalar>] {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(last)]
    var found = [last]
    var next = 0
    while next < found.count {
        for case let input? in found[next].inputs where seen.insert(ObjectIdentifier(input.node)).inserted {
            found.append(input.node)
        }
        next += 1
    }
    return found.sorted { $0.order < $1.order }
}
