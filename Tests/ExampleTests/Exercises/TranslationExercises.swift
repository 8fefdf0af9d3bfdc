import Foundation
import Gradus
import GradusText
import Testing

@testable import translation

/// The exercises of chapter 09 have solutions that hold.
@Suite struct TranslationExercises {
    @Test func lookingAgreesWithTheLayer() {
        let attention = withRandomSeed(1) { SourceAttention(.luong, queries: 6, states: 5) }
        let random = RandomGenerator(seed: 2)
        let (queries, states) = (
            Tensor<Float>(normal: [2, 3, 6], using: random), Tensor<Float>(normal: [2, 4, 5], using: random)
        )
        let mask = Tensor([[true, true, true, true], [true, true, false, false]])
        let mine = look(queries, at: states, mask: mask, attention.keyWeight.value)
        let (context, weights) = attention(queries, attention.source(states, mask: mask))
        #expect((mine.weights - weights).absoluteValue().max().item < 1e-6)
        #expect((mine.context - context).absoluteValue().max().item < 1e-5)
        #expect(mine.weights.slice(axis: 0, 1..<2).slice(axis: 2, 2..<4).absoluteValue().max().item == 0)
    }

    @Test(arguments: [
        "the boy saw the old bird in the garden", "a boy saw the old bird in a garden", "the the the the the the",
        "the boy saw the old bird", "boy the saw old the bird in garden the",
        "the boy saw the old bird in the garden today",
    ])
    func bleuAgreesWithTheLibrary(_ translation: String) {
        let words = translation.split(separator: " ").map(String.init)
        let reference = "the boy saw the old bird in the garden".split(separator: " ").map(String.init)
        let expected = BLEU.corpus(hypotheses: [words], references: [reference], smoothing: .none).score
        #expect(abs(bleuByHand(words, reference) - expected) < 1e-9)
    }

    @Test func thePenaltyTipsTheBalance() {
        let (short, long) = ((logProbability: -2.0, length: 5), (logProbability: -2.6, length: 9))
        let alpha = balancingPenalty(short: short, long: long)
        #expect(alpha > 0 && alpha < 1)
        func score(_ translation: (logProbability: Double, length: Int), _ alpha: Double) -> Double {
            translation.logProbability / pow(Double(5 + translation.length) / 6, alpha)
        }
        #expect(score(short, alpha - 0.01) > score(long, alpha - 0.01))
        #expect(score(short, alpha + 0.01) < score(long, alpha + 0.01))
    }

    /// The chapter's loop learns: a pass over 1,600 phrases, 50 steps.
    @Test func theChaptersTranslatorLearns() {
        let phrases = GeneratedPhrases(training: 1600, validation: 0, test: 0)
        let perplexities = withRandomSeed(1) { taughtTranslator(phrases, batchSize: 32).perplexities }
        #expect(perplexities.count == 50)
        #expect(perplexities[0] > 300)
        #expect(perplexities.suffix(5).reduce(0, +) / 5 < 200, "\(perplexities.suffix(5))")
    }
}
