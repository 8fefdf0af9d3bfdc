import Foundation
import Gradus

/// The next symbol predicted from the n − 1 before it, by counting: interpolated Kneser–Ney smoothing (Kneser & Ney 1995;
/// Chen & Goodman 1999), for every order n up to a highest one.
///
/// `p(c | w) = max(N(w c) − D, 0) / N(w ·) + D T(w) / N(w ·) · p'(c | w')`, where N counts, T(w) is the number of different
/// symbols after w, w' is w without its first symbol, and D = n₁ / (n₁ + 2 n₂) comes from how many things were counted once
/// and twice. The shorter contexts do not count how often, but in how many different contexts a symbol follows. Below
/// everything lies the even distribution 1/V.
public struct NGramModel: Sendable {
    /// The highest order n.
    public let order: Int
    /// The number V of symbols.
    public let vocabulary: Int
    private var trie: ContextTrie
    /// D of each order for plain counts, and for counts of contexts.
    private var discounts: [(plain: Double, contexts: Double)] = []

    /// Counts the symbols of some texts, each begun without a past.
    ///
    /// - Parameters:
    ///   - texts: symbols in `0..<vocabulary`.
    ///   - order: the highest order, at least 1.
    public init(
        _ texts: some Sequence<ArraySlice<Int32>>, vocabulary: Int, order: Int, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        check(order > 0 && vocabulary > 0, "NGramModel: order \(order), \(vocabulary) symbols", file, line)
        (self.order, self.vocabulary) = (order, vocabulary)
        trie = ContextTrie(order: order)
        for text in texts {
            var contexts: [Int32] = [ContextTrie.root]
            for symbol in text { contexts = trie.add(symbol, after: contexts) }
        }
        discounts = (1...order).map { trie.discounts(order: $0) }
    }

    /// The mean of `−ln p` over the symbols of some texts but the first of each, for every order from 1 on, in nats.
    ///
    /// - Traps: when there is no symbol to score.
    public func crossEntropies(
        of texts: some Sequence<ArraySlice<Int32>>, file: StaticString = #fileID, line: UInt = #line
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: order)
        var scored = 0
        for text in texts {
            var contexts: [Int32] = [ContextTrie.root]
            for (place, symbol) in text.enumerated() {
                if place > 0 {
                    for (index, p) in probabilities(of: symbol, after: contexts).enumerated() { sums[index] -= log(p) }
                    scored += 1
                }
                contexts = trie.contexts(after: contexts, then: symbol)
            }
        }
        check(scored > 0, "NGramModel: there is no symbol to score", file, line)
        return sums.map { $0 / Double(scored) }
    }

    /// The probability that the highest order gives to each symbol of a text but the first.
    public func probabilities(of text: some Collection<Int32>) -> [Double] {
        var contexts: [Int32] = [ContextTrie.root]
        return text.enumerated().compactMap { place, symbol in
            defer { contexts = trie.contexts(after: contexts, then: symbol) }
            return place == 0 ? nil : probabilities(of: symbol, after: contexts)[order - 1]
        }
    }

    /// The probability of every symbol after a past, by the highest order.
    public func distribution(after past: some Sequence<Int32>) -> [Double] {
        let contexts = past.reduce([ContextTrie.root]) { trie.contexts(after: $0, then: $1) }
        return (0..<Int32(vocabulary)).map { probabilities(of: $0, after: contexts)[order - 1] }
    }

    /// The symbol's probability by each order from 1 on; `contexts[k]` is the node of the last k symbols.
    private func probabilities(of symbol: Int32, after contexts: [Int32]) -> [Double] {
        var lower = 1 / Double(vocabulary)
        return (0..<order).map { length in
            guard length < contexts.count, contexts[length] != ContextTrie.none else { return lower }
            let context = trie[contexts[length]]
            let child = trie.child(of: contexts[length], symbol)
            let counts = child == ContextTrie.none ? (0, 0) : (trie[child].plain.count, trie[child].contexts.count)
            let plain = context.plain.share(counts.0, discount: discounts[length].plain, lower: lower)
            lower = context.contexts.share(counts.1, discount: discounts[length].contexts, lower: lower)
            return plain
        }
    }
}
