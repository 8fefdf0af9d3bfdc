import Foundation
import Gradus

/// The similarity of translations to reference translations, 0 to 100:
/// `100 · min(1, e^(1 − r/c)) · (p₁ p₂ p₃ p₄)^(1/4)` (Papineni et al. 2002), where pₙ is the share of n-grams that also occur in a
/// reference, each counted at most as often as there; c is the number of words, and r that of the references.
///
/// With `.exponential` smoothing it equals sacrebleu's score of the same tokens (tokenize none, Post 2018).
public struct BLEU: Equatable, Sendable {
    /// The value of a precision without any match.
    public enum Smoothing: Sendable {
        /// 0, which makes the score 0.
        case none
        /// Half the precision of one match, then a quarter, and so on: sacrebleu's default.
        case exponential
    }

    /// The score, 0 to 100.
    public let score: Double
    /// p₁ to p₄, in percent.
    public let precisions: [Double]
    /// `min(1, e^(1 − r/c))`
    public let brevityPenalty: Double
    /// c: the words of the translations.
    public let length: Int
    /// r: the words of the references.
    public let referenceLength: Int

    /// The score of a corpus with one reference a sentence.
    ///
    /// - Traps: when the counts differ.
    public static func corpus(
        hypotheses: [[String]], references: [[String]], smoothing: Smoothing = .exponential
    ) -> BLEU {
        corpus(hypotheses: hypotheses, references: references.map { [$0] }, smoothing: smoothing)
    }

    /// The score of a corpus with one or more references a sentence; the one nearest in length gives r.
    ///
    /// - Traps: when the counts differ, or a sentence has no reference.
    public static func corpus(
        hypotheses: [[String]], references: [[[String]]], smoothing: Smoothing = .exponential
    ) -> BLEU {
        check(
            hypotheses.count == references.count && references.allSatisfy { !$0.isEmpty },
            "BLEU: \(hypotheses.count) translations, \(references.count) references")
        var counts = NGramMatches()
        for (hypothesis, references) in zip(hypotheses, references) { counts.add(hypothesis, references) }
        return counts.score(smoothing, effectiveOrder: false)
    }

    /// The score of one sentence, by the n-grams that are not longer than it.
    public static func sentence(_ hypothesis: [String], reference: [String]) -> BLEU {
        var counts = NGramMatches()
        counts.add(hypothesis, [reference])
        return counts.score(.exponential, effectiveOrder: true)
    }
}

/// The n-grams of 1 to 4 words of translations, and how many of them occur in the references.
struct NGramMatches {
    private var matches = [Int](repeating: 0, count: 4)
    private var totals = [Int](repeating: 0, count: 4)
    private var (length, referenceLength) = (0, 0)

    mutating func add(_ hypothesis: [String], _ references: [[String]]) {
        var numbers = WordNumbers()
        let words = numbers.numbers(of: hypothesis)
        let others = references.map { numbers.numbers(of: $0) }
        length += words.count
        referenceLength += others.map(\.count).min { nearness($0, words.count) < nearness($1, words.count) } ?? 0
        for n in 1...4 {
            let most = others.map { nGrams($0, n) }.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: max) }
            matches[n - 1] += nGrams(words, n).reduce(0) { $0 + min($1.value, most[$1.key] ?? 0) }
            totals[n - 1] += max(0, words.count - n + 1)
        }
    }

    /// Orders lengths by their distance, then the shorter first.
    private func nearness(_ length: Int, _ other: Int) -> (Int, Int) { (abs(length - other), length) }

    func score(_ smoothing: BLEU.Smoothing, effectiveOrder: Bool) -> BLEU {
        let brevity =
            length >= referenceLength ? 1 : length == 0 ? 0 : exp(1 - Double(referenceLength) / Double(length))
        var precisions = [Double](repeating: 0, count: 4)
        guard matches.contains(where: { $0 > 0 }) else {
            return BLEU(
                score: 0, precisions: precisions, brevityPenalty: brevity, length: length,
                referenceLength: referenceLength)
        }
        var (smoothed, order) = (1.0, effectiveOrder ? 0 : 4)
        for n in 0..<4 where totals[n] > 0 {
            if effectiveOrder { order = n + 1 }
            if matches[n] > 0 {
                precisions[n] = 100 * Double(matches[n]) / Double(totals[n])
            } else if smoothing == .exponential {
                smoothed *= 2
                precisions[n] = 100 / (smoothed * Double(totals[n]))
            }
        }
        let mean = precisions[..<order].reduce(0) { $0 + log($1) } / Double(order)
        return BLEU(
            score: brevity * exp(mean), precisions: precisions, brevityPenalty: brevity, length: length,
            referenceLength: referenceLength)
    }
}

extension BLEU {
    /// Sentences of similar length, and their score.
    public struct LengthGroup: Equatable, Sendable {
        /// The numbers of words of the shortest and the longest source.
        public let lengths: ClosedRange<Int>
        /// The mean number of words of a source.
        public let meanLength: Double
        /// The number of sentences.
        public let count: Int
        /// Their corpus BLEU, 0 to 100.
        public let score: Double
    }

    /// The score by the length of the source: groups of `width` lengths each (1 to 5, 6 to 10, …), merged with the next where
    /// they have fewer than `least` sentences.
    ///
    /// - Traps: when the counts differ.
    public static func byLength(
        sources: [[String]], hypotheses: [[String]], references: [[String]], width: Int = 5, atLeast least: Int = 20
    ) -> [LengthGroup] {
        check(
            sources.count == hypotheses.count && sources.count == references.count,
            "BLEU: \(sources.count) sources, \(hypotheses.count) translations, \(references.count) references")
        var groups: [[Int]] = []
        var bin = -1
        for position in sources.indices.sorted(by: { (sources[$0].count, $0) < (sources[$1].count, $1) }) {
            let wanted = max(0, sources[position].count - 1) / max(1, width)
            if let last = groups.last, wanted == bin || last.count < least {
                groups[groups.count - 1].append(position)
            } else {
                groups.append([position])
            }
            bin = wanted
        }
        if groups.count > 1 && groups[groups.count - 1].count < least {
            groups[groups.count - 2] += groups.removeLast()
        }
        return groups.map { group in
            let lengths = group.map { sources[$0].count }
            let bleu = corpus(hypotheses: group.map { hypotheses[$0] }, references: group.map { references[$0] })
            return LengthGroup(
                lengths: lengths.min()!...lengths.max()!,
                meanLength: Double(lengths.reduce(0, +)) / Double(lengths.count), count: group.count, score: bleu.score)
        }
    }
}

/// How often each n-gram occurs in a sentence.
func nGrams(_ words: [Int], _ n: Int) -> [ArraySlice<Int>: Int] {
    guard words.count >= n else { return [:] }
    var counts: [ArraySlice<Int>: Int] = [:]
    counts.reserveCapacity(words.count - n + 1)
    for start in 0...(words.count - n) { counts[words[start..<(start + n)], default: 0] += 1 }
    return counts
}

/// Words numbered in the order of their first occurrence, so that n-grams are compared quickly.
struct WordNumbers {
    private var numbers: [ByteString: Int] = [:]

    mutating func numbers(of words: [String]) -> [Int] {
        numbers.reserveCapacity(numbers.count + words.count)
        return words.map { word in
            let word = word.key
            if let number = numbers[word] { return number }
            let number = numbers.count
            numbers[word] = number
            return number
        }
    }
}
