import Synchronization

/// One recorded operation: which results its inputs came from, and how a gradient travels back to them.
///
/// There is no global tape. Tensors hold the node that made them and a node holds its inputs', so a graph lives just as
/// long as something can still ask for its gradient. Only the call that owns a node changes it, on the task that runs the
/// call; others read what is constant. That makes it safe to send tensors between tasks.
final class GraphNode<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Pullback = (_ upstream: [Tensor<Scalar>?], _ pass: BackwardPass<Scalar>) -> [Contribution<Scalar>?]

    /// The name of the operation, for messages.
    let operation: StaticString
    /// The call that recorded it.
    let call: DifferentiationCall
    /// Later operations have larger numbers, so descending order is a valid order for the backward pass.
    let order: Int
    var inputs: [GraphEdge<Scalar>?]
    /// From the gradients of the results to those of `inputs`; `nil` where gradients end.
    var pullback: Pullback?
    /// The gradients collected so far, one a result.
    var gradients: [Tensor<Scalar>?]
    /// Whether it stands for what a call differentiates by.
    let isLeaf: Bool
    /// At the leaf of a table: rows of its gradient. `nil` where only whole tensors are wanted.
    var rows: [(values: Tensor<Scalar>, indices: Tensor<Int32>)]?
    /// Outer products that have arrived and are not yet multiplied.
    var products: [(x: Tensor<Scalar>, dz: Tensor<Scalar>)] = []

    init(
        _ operation: StaticString, of call: DifferentiationCall, inputs: [GraphEdge<Scalar>?], results: Int = 1,
        isLeaf: Bool = false, _ pullback: Pullback?
    ) {
        self.operation = operation
        self.call = call
        order = nextOrder.wrappingAdd(1, ordering: .relaxed).newValue
        self.inputs = inputs
        self.pullback = pullback
        self.isLeaf = isLeaf
        gradients = Array(repeating: nil, count: results)
    }

    /// What `call` differentiates by. Gradients of the call end here; where it creates a graph, an outer call's pass on to
    /// `origin`, where the tensor came from.
    static func leaf(of call: DifferentiationCall, origin: GraphEdge<Scalar>? = nil) -> GraphNode {
        GraphNode("valueWithGradient", of: call, inputs: [origin], isLeaf: true) { upstream, _ in
            [upstream[0].map(Contribution.tensor)]
        }
    }

    /// Whether gradients of `call` end here.
    func isLeaf(of call: DifferentiationCall) -> Bool { isLeaf && self.call === call }

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

    /// The name of the operation without its argument labels.
    var name: String { String("\(operation)".prefix { $0 != "(" }) }
}

private let nextOrder = Atomic<Int>(0)

/// One result of a recorded operation.
struct GraphEdge<Scalar: TensorScalar>: Sendable {
    let node: GraphNode<Scalar>
    let result: Int

    init(_ node: GraphNode<Scalar>, result: Int = 0) {
        self.node = node
        self.result = result
    }
}
