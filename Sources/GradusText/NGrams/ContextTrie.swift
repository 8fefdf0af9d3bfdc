/// Every short run of tokens that occurs, as a tree: a node's children are the runs with one token more.
struct ContextTrie: Sendable {
    /// What was counted of a run, and over its children.
    struct Tally {
        /// The run's own count.
        var count: Int32 = 0
        /// The sum of the children's counts.
        var total: Int32 = 0
        /// How many children have one.
        var kinds: Int32 = 0
    }

    /// What is known of a run.
    struct Node {
        /// How often it occurs.
        var plain = Tally()
        /// After how many different tokens it is found.
        var contexts = Tally()
        /// Its length.
        let length: Int
    }

    /// The node of the empty run.
    static let root: Int32 = 0
    /// Stands for a run that does not occur.
    static let none: Int32 = -1

    private let order: Int
    private var nodes = [Node(length: 0)]
    private var children: [UInt64: Int32] = [:]

    init(order: Int) { self.order = order }

    subscript(node: Int32) -> Node { nodes[Int(node)] }

    func child(of node: Int32, _ token: Int32) -> Int32 { children[key(node, token)] ?? Self.none }

    /// Counts `token` after each context (`contexts[k]` is the node of the last k tokens), and returns the next contexts.
    mutating func add(_ token: Int32, after contexts: [Int32]) -> [Int32] {
        var next = [Self.root]
        for (length, context) in contexts.enumerated() {
            let (node, isNew) = countedChild(of: Int(context), token)
            // The run without its first token has been found after one token more.
            if isNew && length > 0 { countContext(of: Int(next[length]), under: Int(contexts[length - 1])) }
            next.append(node)
        }
        return Array(next.prefix(order))
    }

    private mutating func countedChild(of context: Int, _ token: Int32) -> (node: Int32, isNew: Bool) {
        let position = key(Int32(context), token)
        var node = children[position] ?? Self.none
        let isNew = node == Self.none
        if isNew {
            node = Int32(nodes.count)
            nodes.append(Node(length: nodes[context].length + 1))
            children[position] = node
            nodes[context].plain.kinds += 1
        }
        nodes[Int(node)].plain.count += 1
        nodes[context].plain.total += 1
        return (node, isNew)
    }

    private mutating func countContext(of node: Int, under context: Int) {
        if nodes[node].contexts.count == 0 { nodes[context].contexts.kinds += 1 }
        nodes[node].contexts.count += 1
        nodes[context].contexts.total += 1
    }

    /// The nodes of the last 0, 1, … tokens after one more token.
    func contexts(after contexts: [Int32], then token: Int32) -> [Int32] {
        let longer = contexts.map { $0 == Self.none ? Self.none : child(of: $0, token) }
        return Array(([Self.root] + longer).prefix(order))
    }

    /// Kneser and Ney's discounts of one order, `n₁ / (n₁ + 2 n₂)`.
    func discounts(order: Int) -> (plain: Double, contexts: Double) {
        func discount(_ count: (Node) -> Int32) -> Double {
            var (once, twice) = (0, 0)
            for node in nodes where node.length == order {
                if count(node) == 1 { once += 1 }
                if count(node) == 2 { twice += 1 }
            }
            // Where nothing was seen once, there is nothing to learn the discount from.
            return once == 0 ? 0.5 : min(0.99, max(0.01, Double(once) / Double(once + 2 * twice)))
        }
        return (discount(\.plain.count), discount(\.contexts.count))
    }

    private func key(_ node: Int32, _ token: Int32) -> UInt64 { UInt64(UInt32(node)) << 32 | UInt64(UInt32(token)) }
}

extension ContextTrie.Tally {
    /// The interpolated probability of a child that was counted `count` times, and is `lower` in shorter contexts.
    func share(_ count: Int32, discount: Double, lower: Double) -> Double {
        guard total > 0 else { return lower }
        return (max(Double(count) - discount, 0) + discount * Double(kinds) * lower) / Double(total)
    }
}
