import Synchronization

/// One recorded operation: which results its inputs came from, and how a gradient travels back to them.
///
/// There is no global tape. Tensors hold the node that made them and a node holds its inputs', so a graph lives just as
/// long as something can still ask for its gradient.
final class GraphNode<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Pullback = (_ upstream: [Tensor<Scalar>?]) -> [Contribution<Scalar>?]

    /// Later operations have larger numbers, so descending order is a valid order for the backward pass.
    let order: Int
    var inputs: [GraphEdge<Scalar>?]
    /// From the gradients of the results to those of `inputs`; `nil` at a leaf.
    var pullback: Pullback?
    /// The gradients collected so far, one a result.
    var gradients: [Tensor<Scalar>?]
    /// At the leaf of a table: rows of its gradient. `nil` where only whole tensors are wanted.
    var rows: [(values: Tensor<Scalar>, indices: Tensor<Int32>)]?
    /// Outer products that have arrived and are not yet multiplied.
    var products: [(x: Tensor<Scalar>, dz: Tensor<Scalar>)] = []

    init(inputs: [GraphEdge<Scalar>?], results: Int, contributions pullback: Pullback?) {
        order = nextOrder.wrappingAdd(1, ordering: .relaxed).newValue
        self.inputs = inputs
        self.pullback = pullback
        gradients = Array(repeating: nil, count: results)
    }

    /// A node whose pullback returns tensors.
    convenience init(
        inputs: [GraphEdge<Scalar>?], results: Int, pullback: @escaping ([Tensor<Scalar>?]) -> [Tensor<Scalar>?]
    ) {
        self.init(inputs: inputs, results: results) { upstream in
            pullback(upstream).map { $0.map(Contribution.tensor) }
        }
    }

    /// Lets go of the graph behind this node one node after another: a chain of thousands would overflow the stack if
    /// each node released the next.
    deinit {
        var pending = inputs.compactMap { $0?.node }
        inputs = []
        while var node = pending.popLast() {
            guard isKnownUniquelyReferenced(&node) else { continue }
            pending += node.inputs.compactMap { $0?.node }
            node.inputs = []
        }
    }

    /// A place where gradients end: a parameter or a tensor that was asked about.
    static func leaf() -> GraphNode { GraphNode(inputs: [], results: 1, contributions: nil) }
}

private let nextOrder = Atomic<Int>(0)

/// One result of a recorded operation.
struct GraphEdge<Scalar: TensorScalar>: @unchecked Sendable {
    let node: GraphNode<Scalar>
    let result: Int

    init(_ node: GraphNode<Scalar>, result: Int = 0) {
        self.node = node
        self.result = result
    }
}
