import Synchronization

/// One recorded operation: the origins of its inputs, and how a gradient propagates back to them.
///
/// There is no global tape. A tensor holds the node that made it and a node holds those of its inputs, so a graph
/// lives as long as its gradient can be asked for. Only the call that owns a node modifies it, on the task that runs
/// the call; everything that others read is constant. Tensors can therefore be sent between tasks.
final class GraphNode<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Pullback = (_ upstream: [Tensor<Scalar>?], _ pass: BackwardPass<Scalar>) -> [Contribution<Scalar>?]

    /// The name of the operation, for messages.
    let operation: StaticString
    /// The call that recorded it.
    let call: DifferentiationCall
    /// Later operations have larger numbers, so descending order is valid for the backward pass.
    let order: Int
    var inputs: [GraphEdge<Scalar>?]
    /// Maps the gradients of the results to those of `inputs`; `nil` where gradients end.
    var pullback: Pullback?
    /// The gradients accumulated so far, one per result.
    var gradients: [Tensor<Scalar>?]
    /// Whether the node is a variable that a call differentiates with respect to.
    let isLeaf: Bool
    /// For the leaf of a table: rows of its gradient. `nil` if whole tensors are required.
    var rows: [(values: Tensor<Scalar>, indices: Tensor<Int32>)]?
    /// Factors of deferred products `xᵀ dz`.
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

    /// A variable that `call` differentiates with respect to. Gradients of the call end here; if the call creates a
    /// graph, those of an outer call continue to `origin`, the tensor's history.
    static func leaf(of call: DifferentiationCall, origin: GraphEdge<Scalar>? = nil) -> GraphNode {
        GraphNode("valueWithGradient", of: call, inputs: [origin], isLeaf: true) { upstream, _ in
            [upstream[0].map(Contribution.tensor)]
        }
    }

    /// Whether gradients of `call` end here.
    func isLeaf(of call: DifferentiationCall) -> Bool { isLeaf && self.call === call }

    /// Releases the graph node by node: in a chain of thousands, recursive deinitializers would overflow the stack.
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
