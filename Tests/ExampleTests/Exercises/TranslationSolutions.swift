import Foundation
import Gradus
import GradusModels
import GradusText

@testable import translation

// Solutions of the exercises of chapter 09.

/// Exercise 1: where queries look, and what they take, by Luong's general score, written from its equations.
///
/// - Parameters:
///   - queries: `[N, Q, D]`.
///   - states: `[N, S, E]`, of which `mask`, `[N, S]`, says which are words.
///   - weight: W, `[E, D]`.
/// - Returns: the weights, `[N, Q, S]`, and the contexts, `[N, Q, E]`.
func look(
    _ queries: Tensor<Float>, at states: Tensor<Float>, mask: Tensor<Bool>, _ weight: Tensor<Float>
) -> (weights: Tensor<Float>, context: Tensor<Float>) {
    let keys = matmul(states, weight)
    let scores = matmul(queries, keys, transposeB: true)
    // A place that is no word gets no weight: e to the power of a very small number is 0.
    let weights = `where`(mask.expandingShape(at: 1), scores, Tensor(-1e9)).softmax()
    return (weights, matmul(weights, states))
}

/// Exercise 2: BLEU of one translation and one reference, from its definition, without smoothing; 0 to 100.
func bleuByHand(_ words: [String], _ reference: [String]) -> Double {
    func runs(_ words: [String], _ n: Int) -> [[String]: Int] {
        guard words.count >= n else { return [:] }
        return Dictionary((0...(words.count - n)).map { (Array(words[$0..<($0 + n)]), 1) }, uniquingKeysWith: +)
    }
    let precisions = (1...4).map { n in
        let (mine, others) = (runs(words, n), runs(reference, n))
        // What the reference has twice may be right twice, and no more.
        let right = mine.reduce(0) { $0 + min($1.value, others[$1.key] ?? 0) }
        return Double(right) / Double(max(1, words.count - n + 1))
    }
    let brevity = min(1, exp(1 - Double(reference.count) / Double(max(1, words.count))))
    return 100 * brevity * pow(precisions.reduce(1, *), 0.25)
}

/// Exercise 3: the length penalty α at which a longer translation scores as much as a shorter, likelier one.
///
/// From `log p / ((5 + l) / 6)ᵅ = log p' / ((5 + l') / 6)ᵅ` follows `α = ln(log p' / log p) / ln((5 + l') / (5 + l))`.
///
/// - Parameters:
///   - short, long: the logarithm of the probability, and the number of words with the end.
func balancingPenalty(
    short: (logProbability: Double, length: Int), long: (logProbability: Double, length: Int)
) -> Double {
    log(long.logProbability / short.logProbability) / log(Double(5 + long.length) / Double(5 + short.length))
}

/// The chapter's translator: made, and taught for one pass over some phrases.
///
/// - Returns: the network, and the perplexity of each batch before the step along it.
func taughtTranslator(_ phrases: GeneratedPhrases, batchSize: Int) -> (model: Seq2Seq, perplexities: [Double]) {
    let tokens = TokenPairs(phrases.training, tokens: Tokenizer().tokens)
    let (english, french) = (Vocabulary(translating: tokens.source), Vocabulary(translating: tokens.target))
    let pairs = SentencePairs(tokens, source: english, target: french)
    var options = Seq2Seq.Options()
    (options.embedding, options.units) = (64, 64)
    let model = Seq2Seq(options, sourceVocabulary: english.count, targetVocabulary: french.count)
    let optimizer = Adam(learningRate: 5e-3)
    var perplexities: [Double] = []
    for batch in pairs.batches(of: batchSize, seed: 1) {
        let (loss, gradients) = valueWithGradient(at: model) {
            model.totalLoss(batch, .training) / Float(batch.targetWords)
        }
        optimizer.update(model, along: gradients.clipped(byGlobalNorm: 5))
        perplexities.append(exp(Double(loss.item)))
    }
    return (model, perplexities)
}
