extension GraphNode where Scalar: DifferentiableScalar {
    /// Adds a contribution to the gradient of result `index`, in place if that is uniquely referenced.
    func accumulate(_ contribution: Contribution<Scalar>, at index: Int) {
        switch contribution {
        case .tensor(let gradient):
            if gradients[index] == nil {
                gradients[index] = gradient
            } else if gradient.origin == nil && gradients[index]!.origin == nil {
                gradients[index]!.add(inPlace: gradient)
            } else {
                gradients[index] = gradients[index]! + gradient
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
        case .deferredWeightGradient(let x, let dz):
            guard isLeaf else { return accumulate(Self.sum([(x, dz)]), at: index) }
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
    /// Multiplies the deferred factors of a leaf's gradient.
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
                Kernels.sumOfOuterProducts(
                    products.map { ($0.x.pointer, $0.dz.pointer, $0.x.shape[0]) }, d, m, accumulates: accumulates,
                    into: gradient)
            }
        }
    }
}

/// Propagates a gradient of one from `edge` backward through the operations of `call`; gradients accumulate in the
/// leaves.
///
/// After its pullback has run, a node releases it together with the tensors that it saved, unless the pass creates a
/// graph. In that case gradients are computed by recorded operations. The seed has a history too, so every gradient
/// that depends on it has one; a pullback whose result has none has used kernels, and is refused.
@specialized(where Scalar == Float)
func backpropagate<Scalar: DifferentiableScalar>(
    from edge: GraphEdge<Scalar>, shape: [Int], of call: DifferentiationCall, createGraph: Bool,
    completed: LeafCompletion<Scalar>?
) {
    var nodes = nodesLeading(to: edge.node, of: call)
    var completion = completed
    completion?.count(nodes, call)
    var seed = Tensor<Scalar>(repeating: 1, shape: shape)
    if createGraph { seed = seed.with(GraphNode("seed", of: call, inputs: [], nil)) }
    edge.node.accumulate(.tensor(seed), at: edge.result)
    while let node = nodes.popLast() {
        node.finishProducts()
        if node.isLeaf(of: call) { continue }
        guard let pullback = node.pullback else { continue }
        let upstream = node.gradients
        node.gradients = Array(repeating: nil, count: upstream.count)
        let pass = BackwardPass(node: node, call: call, createsGraph: createGraph)
        let contributions = upstream.contains { $0 != nil } ? pullback(upstream, pass) : []
        for (index, contribution) in contributions.enumerated() where pass.wants(index) {
            guard let contribution, let input = node.inputs[index] else { continue }
            if createGraph { checkHasHistory(contribution, of: node) }
            input.node.accumulate(contribution, at: input.result)
        }
        completion?.note(node, call)
        if !createGraph {
            node.pullback = nil
            node.inputs = []
        }
    }
}

private func checkHasHistory<Scalar>(_ contribution: Contribution<Scalar>, of node: GraphNode<Scalar>) {
    if case .tensor(let gradient) = contribution, gradient.origin != nil { return }
    stop("\(node.name): there is no second derivative of this operation; with createGraph, use others that have one")
}

/// All nodes of `call` that lead to `last`, the oldest first.
private func nodesLeading<Scalar>(to last: GraphNode<Scalar>, of call: DifferentiationCall) -> [GraphNode<Scalar>] {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(last)]
    var found = [last]
    var next = 0
    while next < found.count {
        let node = found[next]
        next += 1
        if node.isLeaf(of: call) { continue }
        for case let input? in node.inputs
        where input.node.call.owner === call && seen.insert(ObjectIdentifier(input.node)).inserted {
            found.append(input.node)
        }
    }
    return found.sorted { $0.order < $1.order }
}

/// Reports when the gradient of a leaf is complete.
struct LeafCompletion<Scalar: DifferentiableScalar> {
    /// Called with a leaf's index as soon as its gradient is complete.
    let body: (Int) -> Void
    private let numbers: [ObjectIdentifier: Int]
    private let leaves: [GraphNode<Scalar>]
    private var pending: [Int]

    init(_ leaves: [GraphNode<Scalar>], _ body: @escaping (Int) -> Void) {
        self.body = body
        self.leaves = leaves
        numbers = Dictionary(uniqueKeysWithValues: leaves.enumerated().map { (ObjectIdentifier($1), $0) })
        pending = Array(repeating: 0, count: leaves.count)
    }

    /// Counts the contributions that each leaf waits for.
    mutating func count(_ nodes: [GraphNode<Scalar>], _ call: DifferentiationCall) {
        for node in nodes where !node.isLeaf(of: call) {
            for case let input? in node.inputs { numbers[ObjectIdentifier(input.node)].map { pending[$0] += 1 } }
        }
    }

    /// Takes into account the contributions of a node that has run.
    mutating func note(_ node: GraphNode<Scalar>, _ call: DifferentiationCall) {
        for case let input? in node.inputs {
            guard let number = numbers[ObjectIdentifier(input.node)] else { continue }
            pending[number] -= 1
            guard pending[number] == 0 else { continue }
            leaves[number].finishProducts()
            body(number)
        }
    }
}
