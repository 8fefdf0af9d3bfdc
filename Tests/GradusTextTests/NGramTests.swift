import Foundation
import Gradus
import GradusText
import Testing

@Suite struct NGramTests {
    private let text = Array("abracadabra abracadabra, alakazam and abracadabra").map { Int32($0.asciiValue! - 32) }

    @Test(arguments: 1...6) func probabilitiesSumToOneAfterEveryPast(_ order: Int) {
        let model = NGramModel([text[...]], vocabulary: 96, order: order)
        for past in [[], [1], Array(text[..<3]), Array(text[20..<30]), [95, 94, 93]] {
            let sum = model.distribution(after: past).reduce(0, +)
            #expect(abs(sum - 1) < 1e-12)
        }
        #expect(model.distribution(after: []).allSatisfy { $0 > 0 })
    }

    /// Worked by hand: a b a b a c. Bigrams ab ×2, ba ×2, ac ×1; D = 1 / (1 + 2·2) = 0.2. Before a, b and c stand 1, 1 and 1
    /// different tokens, so that the unigrams are 1/3 each, mixed with 1/4 at D = 0.99: here n₂ = 0, D = 1, held to 0.99.
    @Test func smallCountsAgreeWithPaper() {
        let model = NGramModel([[0, 1, 0, 1, 0, 2][...]], vocabulary: 4, order: 2)
        let unigram = { (count: Double) in (max(count - 0.99, 0) + 0.99 * 3 * 0.25) / 3 }
        let afterA = [0, 2, 1, 0].enumerated().map { token, count in
            (max(Double(count) - 0.2, 0) + 0.2 * 2 * unigram(token == 3 ? 0 : 1)) / 3
        }
        for (mine, theirs) in zip(model.distribution(after: [0]), afterA) { #expect(abs(mine - theirs) < 1e-12) }
    }

    @Test func crossEntropyIsTheMeanOfTheDistributions() {
        let model = NGramModel([text[...]], vocabulary: 96, order: 3)
        let other = Array(text[5..<17])
        let byHand = (1..<other.count).map { -log(model.distribution(after: other[..<$0])[Int(other[$0])]) }
        let mean = byHand.reduce(0, +) / Double(byHand.count)
        #expect(abs(model.crossEntropies(of: [other[...]])[2] - mean) < 1e-12)
        #expect(zip(model.probabilities(of: other), byHand).allSatisfy { abs(-log($0) - $1) < 1e-12 })
    }

    /// A random walk in which every token has two successors, equally likely: the best possible is ln 2.
    @Test func aKnownSourceIsLearned() {
        var words = RandomWords(RandomGenerator(seed: 1))
        var walk: [Int32] = [0]
        for _ in 0..<40_000 { walk.append((walk[walk.count - 1] * 2 + Int32.random(in: 0...1, using: &words)) % 16) }
        let model = NGramModel([walk[..<30_000]], vocabulary: 16, order: 4)
        let losses = model.crossEntropies(of: [walk[30_000...]])
        #expect(abs(losses[0] - log(16)) < 0.01)
        for loss in losses[1...] { #expect(loss > log(2) - 0.01 && loss < log(2) + 0.01) }
    }
}
