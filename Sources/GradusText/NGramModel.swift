import Foundation
import Gradus

/// Predicts the next token from the n − 1 before it by counting: interpolated Kneser–Ney smoothing (Kneser & Ney 1995;
/// Chen & Goodman 1999), for every order n up to a highest one.
///
/// `p(c | w) = max(N(w c) − D, 0) / N(w ·) + D T(w) / N(w ·) · p'(c | w')`, where N counts, T(w) is the number of different
/// tokens after w, w' is w without its first token, and D = n₁ / (n₁ + 2 n₂) with n₁ and n₂ the numbers of n-grams that
/// occur once and twice. Shorter contexts count the different contexts in which a token follows. The recursion ends in the
/// uniform distribution 1/V.
public struct NGramModel: Sendable {
    /// The highest order n.
    public let order: Int
    /// The number V of tokens.
    public let vocabulary: Int
    private var trie: ContextTrie
    /// D of each order for plain counts, and for counts of contexts.
    private var discounts: [(plain: Double, contexts: Double)] = []

    /// Counts the tokens of some texts, each of which begins without a past.
    ///
    /// - Parameters:
    ///   - texts: tokens in `0..<vocabulary`.
    ///   - order: the highest order, at least 1.
    public init(_ texts: some Sequence<ArraySlice<Int32>>, vocabulary: Int, order: Int) {
        check(order > 0 && vocabulary > 0, "NGramModel: order \(order), \(vocabulary) tokens")
        (self.order, self.vocabulary) = (order, vocabulary)
        trie = ContextTrie(order: order)
        for text in texts {
            var contexts: [Int32] = [ContextTrie.root]
            for token in text { contexts = trie.add(token, after: contexts) }
        }
        discounts = (1...order).map { trie.discounts(order: $0) }
    }

    /// The mean of `−ln p` over the tokens of some texts except the first of each, for every order from 1 on, in nats.
    ///
    /// - Traps: when there is no token to score.
    public func crossEntropies(of texts: some Sequence<ArraySlice<Int32>>) -> [Double] {
        var sums = [Double](repeating: 0, count: order)
        var scored = 0
        for text in texts {
            var contexts: [Int32] = [ContextTrie.root]
            for (position, token) in text.enumerated() {
                if position > 0 {
                    for (index, p) in probabilities(of: token, after: contexts).enumerated() { sums[index] -= log(p) }
                    scored += 1
                }
                contexts = trie.contexts(after: contexts, then: token)
            }
        }
        check(scored > 0, "NGramModel: there is no token to score")
        return sums.map { $0 / Double(scored) }
    }

    /// The probability of each token of a text except the first, by the highest order.
    public func probabilities(of text: some Collection<Int32>) -> [Double] {
        var contexts: [Int32] = [ContextTrie.root]
        return text.enumerated().compactMap { position, token in
            defer { contexts = trie.contexts(after: contexts, then: token) }
            return position == 0 ? nil : probabilities(of: token, after: contexts)[order - 1]
        }
    }

    /// The probability of every token after a past, by the highest order.
    public func distribution(after past: some Sequence<Int32>) -> [Double] {
        let contexts = past.reduce([ContextTrie.root]) { trie.contexts(after: $0, then: $1) }
        return (0..<Int32(vocabulary)).map { probabilities(of: $0, after: contexts)[order - 1] }
    }

    /// The token's probability by each order from 1 on; `contexts[k]` is the node of the last k tokens.
    private func probabilities(of token: Int32, after contexts: [Int32]) -> [Double] {
        var lower = 1 / Double(vocabulary)
        return (0..<order).map { length in
            guard length < contexts.count, contexts[length] != ContextTrie.none else { return lower }
            let context = trie[contexts[length]]
            let child = trie.child(of: contexts[length], token)
            let counts = child == ContextTrie.none ? (0, 0) : (trie[child].plain.count, trie[child].contexts.count)
            let plain = context.plain.share(counts.0, discount: discounts[length].plain, lower: lower)
            lower = context.contexts.share(counts.1, discount: discounts[length].contexts, lower: lower)
            return plain
        }
    }
}

/// All n-grams of a text as a tree: a node's children are its n-grams with one more token.
struct ContextTrie: Sendable {
    /// The counts of an n-gram and of its children.
    struct Tally {
        /// The count of the n-gram itself.
        var count: Int32 = 0
        /// The sum of the children's counts.
        var total: Int32 = 0
        /// The number of children with a count.
        var kinds: Int32 = 0
    }

    /// An n-gram.
    struct Node {
        /// How often it occurs.
        var plain = Tally()
        /// The number of different tokens before it.
        var contexts = Tally()
        /// Its length.
        let length: Int
    }

    /// The node of the empty n-gram.
    static let root: Int32 = 0
    /// The node of an n-gram that does not occur.
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
            // The n-gram without its first token has one more context.
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
            // Without n-grams that occur once, the discount cannot be estimated.
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
