import Foundation
import Gradus

/// The scores of translations against their references, both split into words.
public struct TranslationScores: Sendable {
    /// The translations.
    public let hypotheses: [[String]]
    /// What they are compared with.
    public let references: [[String]]

    /// The scores of translations.
    public init(_ hypotheses: [[String]], references: [[String]]) {
        (self.hypotheses, self.references) = (hypotheses, references)
    }

    /// BLEU of all sentences together.
    public var bleu: BLEU { BLEU.corpus(hypotheses: hypotheses, references: references) }
    /// ROUGE-L, 0 to 100.
    public var rouge: Double { rougeL(hypotheses: hypotheses, references: references) }
    /// The share of sentences that are exactly the reference.
    public var exact: Double { exactMatches(hypotheses: hypotheses, references: references) }

    /// BLEU by the length of the sources.
    public func byLength(_ sources: [[String]]) -> [BLEU.LengthGroup] {
        BLEU.byLength(sources: sources, hypotheses: hypotheses, references: references)
    }

    /// The scores in one line, to print.
    public var line: String {
        let bleu = bleu
        return String(
            format: "BLEU %.2f (%@, brevity %.3f, length ratio %.3f)   ROUGE-L %.2f   exact %.2f %%", bleu.score,
            bleu.precisions.map { String(format: "%.1f", $0) }.joined(separator: "/"), bleu.brevityPenalty,
            Double(bleu.length) / Double(max(1, bleu.referenceLength)), rouge, 100 * exact)
    }
}

/// ROUGE-L, 0 to 100: the longest common subsequence of L words of each pair gives recall `L / r` and precision `L / c`; the
/// mean of `(1 + β²) P R / (R + β² P)` with β = 1.2 (Lin 2004; tensorflow/nmt's).
///
/// - Traps: when the counts differ.
public func rougeL(hypotheses: [[String]], references: [[String]]) -> Double {
    check(
        hypotheses.count == references.count, "rougeL: \(hypotheses.count) hypotheses, \(references.count) references")
    let scores = zip(hypotheses, references).map { hypothesis, reference -> Double in
        var numbers = WordNumbers()
        let common = Double(longestCommonSubsequence(numbers.numbers(of: hypothesis), numbers.numbers(of: reference)))
        guard common > 0 else { return 0 }
        let (precision, recall) = (common / Double(hypothesis.count), common / Double(reference.count))
        let beta = 1.2 * 1.2
        return (1 + beta) * precision * recall / (recall + beta * precision)
    }
    return scores.isEmpty ? 0 : 100 * scores.reduce(0, +) / Double(scores.count)
}

/// The share of hypotheses that equal their reference, 0 to 1.
///
/// - Traps: when the counts differ.
public func exactMatches(hypotheses: [[String]], references: [[String]]) -> Double {
    check(
        hypotheses.count == references.count,
        "exactMatches: \(hypotheses.count) hypotheses, \(references.count) references")
    guard !references.isEmpty else { return 0 }
    return Double(
        zip(hypotheses, references).count { $0.count == $1.count && zip($0, $1).allSatisfy { $0.key == $1.key } })
        / Double(references.count)
}

/// `e^(loss / words)`: the number of equally likely words that would be as uncertain.
///
/// - Parameters:
///   - loss: the sum of `−ln p`, in nats.
///   - words: the number of its terms, ends included.
public func perplexity(loss: Double, words: Int) -> Double { exp(loss / Double(max(1, words))) }

/// The length of the longest common subsequence.
private func longestCommonSubsequence(_ a: [Int], _ b: [Int]) -> Int {
    var row = [Int](repeating: 0, count: b.count + 1)
    for x in a {
        var diagonal = 0
        for (j, y) in b.enumerated() {
            let above = row[j + 1]
            row[j + 1] = x == y ? diagonal + 1 : max(above, row[j])
            diagonal = above
        }
    }
    return row[b.count]
}
