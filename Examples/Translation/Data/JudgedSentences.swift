import Foundation
import GradusText

/// Translations beside their references, in words, and what they score.
struct JudgedSentences {
    let sources: [[String]]
    let hypotheses: [[String]]
    let references: [[String]]

    /// BLEU of all sentences together.
    var bleu: BLEU { BLEU.corpus(hypotheses: hypotheses, references: references) }
    /// ROUGE-L, 0 to 100.
    var rouge: Double { rougeL(hypotheses: hypotheses, references: references) }
    /// The share of sentences that are exactly the reference.
    var exact: Double { exactMatches(hypotheses: hypotheses, references: references) }

    /// BLEU by the length of the source.
    var byLength: [BLEU.LengthGroup] {
        BLEU.byLength(sources: sources, hypotheses: hypotheses, references: references)
    }

    /// The figures as lines, for a reader.
    func description(_ name: String) -> String {
        let bleu = bleu
        let precisions = bleu.precisions.map { String(format: "%.1f", $0) }.joined(separator: "/")
        let ratio = Double(bleu.length) / Double(max(1, bleu.referenceLength))
        let label = name + String(repeating: " ", count: max(1, 12 - name.count))
        return label
            + String(
                format: "BLEU %.2f (%@, brevity %.3f, length ratio %.3f)   ROUGE-L %.2f   exact %.2f %%", bleu.score,
                precisions, bleu.brevityPenalty, ratio, rouge, 100 * exact)
    }
}
