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

    /// Sentences of similar length, and their BLEU.
    struct LengthGroup: Equatable {
        /// The numbers of words of the shortest and the longest source.
        let lengths: ClosedRange<Int>
        /// The mean number of words.
        let meanLength: Double
        let count: Int
        let bleu: Double
    }

    /// BLEU by the length of the source: groups of `width` lengths each, joined to their neighbour where there are too few.
    func byLength(width: Int = 5, atLeast least: Int = 20) -> [LengthGroup] {
        var groups: [[Int]] = []
        let places = sources.indices.sorted { (sources[$0].count, $0) < (sources[$1].count, $1) }
        for place in places {
            let bin = (max(1, sources[place].count) - 1) / width
            if let last = groups.last, last.count < least || (max(1, sources[last[0]].count) - 1) / width == bin {
                groups[groups.count - 1].append(place)
            } else {
                groups.append([place])
            }
        }
        if groups.count > 1, groups[groups.count - 1].count < least { groups[groups.count - 2] += groups.removeLast() }
        return groups.map { group in
            let lengths = group.map { sources[$0].count }
            let bleu = BLEU.corpus(hypotheses: group.map { hypotheses[$0] }, references: group.map { references[$0] })
            return LengthGroup(
                lengths: lengths.min()!...lengths.max()!,
                meanLength: Double(lengths.reduce(0, +)) / Double(lengths.count), count: group.count, bleu: bleu.score)
        }
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
