import Synchronization

/// One call of ``valueWithGradient(at:createGraph:_:)-swift.function``, which owns the operations recorded while it
/// runs.
///
/// A recorded operation belongs to the innermost call that any of its inputs belongs to, and a call propagates
/// gradients through its own operations only. An inner call therefore treats the tensors of an outer one as constants
/// and does not modify them; so does a call of one task with the tensors of another task's call. When a call ends, its
/// graph ends too, unless it was asked to create one: then the operations pass to the outer call that its results
/// depend on.
final class DifferentiationCall: Sendable {
    /// Later calls have larger numbers.
    private let number: Int
    /// The enclosing call of the same task.
    private let outer: DifferentiationCall?
    private let state = Atomic<UInt8>(running)
    private let heir = Mutex<DifferentiationCall?>(nil)

    private static let (running, ended, inherited) = (UInt8(0), UInt8(1), UInt8(2))

    /// The innermost call of this task.
    @TaskLocal static var current: DifferentiationCall?

    init() {
        number = nextNumber.wrappingAdd(1, ordering: .relaxed).newValue
        outer = Self.current
    }

    /// The call that now owns the operations recorded by this one; `nil` after their graph has ended.
    var owner: DifferentiationCall? {
        switch state.load(ordering: .acquiring) {
        case Self.running: self
        case Self.ended: nil
        default: heir.withLock { $0 }?.owner
        }
    }

    /// Whether `other` is this call or encloses it.
    func isInside(_ other: DifferentiationCall) -> Bool {
        var call: DifferentiationCall? = self
        while let inner = call {
            if inner === other { return true }
            call = inner.outer
        }
        return false
    }

    /// Ends the graph of this call.
    func end() { state.store(Self.ended, ordering: .releasing) }

    /// Ends this call, but passes the graph that leads to `results` to the innermost other call that they depend on.
    func end<Scalar>(leaving results: [GraphEdge<Scalar>]) {
        var successor: DifferentiationCall?
        var seen = Set(results.map { ObjectIdentifier($0.node) })
        var pending = results.map(\.node)
        while let node = pending.popLast() {
            guard let owner = node.call.owner else { continue }
            if owner !== self {
                if isInside(owner) { successor = Self.younger(successor, owner) }
            } else {
                for case let input? in node.inputs where seen.insert(ObjectIdentifier(input.node)).inserted {
                    pending.append(input.node)
                }
            }
        }
        guard let successor else { return end() }
        heir.withLock { $0 = successor }
        state.store(Self.inherited, ordering: .releasing)
    }

    static func younger(_ a: DifferentiationCall?, _ b: DifferentiationCall) -> DifferentiationCall {
        guard let a else { return b }
        return a.number > b.number ? a : b
    }
}

private let nextNumber = Atomic<Int>(0)
