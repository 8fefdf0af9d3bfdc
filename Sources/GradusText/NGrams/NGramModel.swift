import Foundation
import Gradus

/// The next token predicted from the n − 1 before it, by counting: interpolated Kneser–Ney smoothing (Kneser & Ney 1995;
/// Chen & Goodman 1999), for every order n up to a highest one.
///
/// `p(c | w) = max(N(w c) − D, 0) / N(w ·) + D T(w) / N(w ·) · p'(c | w')`, where N counts, T(w) is the number of different
/// tokens after w, w' is w without its first token, and D = n₁ / (n₁ + 2 n₂) comes from how many things were counted once
/// and twice. The shorter contexts do not count how often, but in how many different contexts a token follows. Below
/// everything lies the even distribution 1/V.
public struct NGramModel: Sendable {
    /// The highest order n.
    public let order: Int
    /// The number V of tokens.
    public let vocabulary: Int
    private var trie: ContextTrie
    /// D of each order for plain counts, and for counts of contexts.
    private var discounts: [(plain: Double, contexts: Double)] = []

    /// Counts the tokens of some texts, each begun without a past.
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

    /// The mean of `−ln p` over the tokens of some texts but the first of each, for every order from 1 on, in nats.
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

    /// The probability that the highest order gives to each token of a text but the first.
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
