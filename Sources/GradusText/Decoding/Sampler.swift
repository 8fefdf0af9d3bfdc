import Foundation
import Gradus

/// Draws tokens from a network's scores.
///
/// `p = softmax(logits / temperature)` over the tokens that are not excluded, restricted to the `topK` likeliest tokens, then
/// to the fewest of these whose probabilities sum to `topP` (nucleus sampling, Holtzman et al. 2019).
public final class Sampler {
    /// Below 1 sharpens the distribution, above 1 flattens it.
    public let temperature: Float
    /// The number of likeliest tokens that may be drawn; `nil` for all.
    public let topK: Int?
    /// The share of probability of the tokens that may be drawn; `nil` for all.
    public let topP: Float?
    /// Tokens that are never drawn, as the one for unknown tokens.
    public let excluded: [Int32]
    private var words: RandomWords
    private var probabilities: [Float] = []
    private var order: [Int] = []

    /// A sampler that draws its random numbers from `random`.
    ///
    /// - Traps: when `temperature` is not above 0, `topK` below 1, `topP` not in 0 to 1 and above 0, or an excluded token
    ///   is negative.
    public init(
        temperature: Float = 1, topK: Int? = nil, topP: Float? = nil, excluding excluded: [Int32] = [],
        using random: RandomGenerator = .current
    ) {
        check(temperature > 0 && temperature.isFinite, "Sampler: the temperature must be above 0, got \(temperature)")
        check(topK.map { $0 > 0 } ?? true, "Sampler: topK must be at least 1, got \(topK ?? 0)")
        check(topP.map { $0 > 0 && $0 <= 1 } ?? true, "Sampler: topP must be in 0...1 and above 0, got \(topP ?? 0)")
        check(excluded.allSatisfy { $0 >= 0 }, "Sampler: excluded tokens must not be negative, got \(excluded)")
        (self.temperature, self.topK, self.topP, self.excluded) = (temperature, topK, topP, excluded)
        words = RandomWords(random)
    }

    /// A token drawn from the logits, `[V]`.
    public func draw(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
        prepare(logits)
        let kept = kept(logits.count)
        var left = Float.random(in: 0..<1, using: &words) * kept.sum
        for position in 0..<kept.count {
            let token = kept.isOrdered ? order[position] : position
            left -= probabilities[token]
            if left < 0 { return Int32(token) }
        }
        // Rounding can leave a remainder, which goes to the likeliest.
        return Int32(
            kept.isOrdered ? order[0] : probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0)
    }

    /// The distribution that ``draw(_:)`` draws from, `[V]`.
    public func distribution(_ logits: UnsafeBufferPointer<Float>) -> [Float] {
        prepare(logits)
        let kept = kept(logits.count)
        guard kept.isOrdered else { return probabilities.map { $0 / kept.sum } }
        var result = [Float](repeating: 0, count: logits.count)
        for token in order[..<kept.count] { result[token] = probabilities[token] / kept.sum }
        return result
    }

    /// `exp((logits − max) / temperature)`
    private func prepare(_ logits: UnsafeBufferPointer<Float>) {
        var largest = -Float.infinity
        for token in 0..<logits.count where logits[token] > largest && !isExcluded(token) {
            largest = logits[token]
        }
        // Where nothing is likely, everything is equally likely.
        if largest == -.infinity { largest = 0 }
        if probabilities.count != logits.count { probabilities = Array(repeating: 0, count: logits.count) }
        for token in 0..<logits.count { probabilities[token] = exp((logits[token] - largest) / temperature) }
        for token in excluded where token < logits.count { probabilities[Int(token)] = 0 }
    }

    private func isExcluded(_ token: Int) -> Bool { !excluded.isEmpty && excluded.contains(Int32(token)) }

    /// The number of tokens that may be drawn and their sum; `order` then lists them first, if not all may be.
    private func kept(_ count: Int) -> (count: Int, sum: Float, isOrdered: Bool) {
        let total = probabilities.reduce(0, +)
        guard topK != nil || topP != nil else { return (count, total, false) }
        if order.count != count { order = Array(0..<count) }
        order.sort { probabilities[$0] != probabilities[$1] ? probabilities[$0] > probabilities[$1] : $0 < $1 }
        let most = min(topK ?? count, count)
        let whole = order[..<most].reduce(0) { $0 + probabilities[$1] }
        guard let topP else { return (most, whole, true) }
        var (sum, positions): (Float, Int) = (0, 0)
        while positions < most && (positions == 0 || sum < topP * whole) {
            sum += probabilities[order[positions]]
            positions += 1
        }
        return (positions, sum, true)
    }
}
