import Synchronization

/// One recorded operation: which results its inputs came from, and how a gradient travels back to them.
///
/// There is no global tape. Tensors hold the node that made them and a node holds its inputs', so a graph lives just as
/// long as something can still ask for its gradient.
final class GraphNode<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Pullback = (_ upstream: [Tensor<Scalar>?]) -> [Tensor<Scalar>?]

    /// Later operations have larger numbers, so descending order is a valid order for the backward pass.
    let order: Int
    var inputs: [GraphEdge<Scalar>?]
    /// From the gradients of the results to those of `inputs`; `nil` at a leaf.
    var pullback: Pullback?
    /// The gradients collected so far, one a result.
    var gradients: [Tensor<Scalar>?]

    init(inputs: [GraphEdge<Scalar>?], results: Int, pullback: Pullback?) {
        order = nextOrder.wrappingAdd(1, ordering: .relaxed).newValue
        self.inputs = inputs
        self.pullback = pullback
        gradients = Array(repeating: nil, count: results)
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
    static func leaf() -> GraphNode { GraphNode(inputs: [], results: 1, pullback: nil) }
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
