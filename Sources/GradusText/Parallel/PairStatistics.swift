import Foundation
import Gradus

/// What some pairs of sentences contain.
public struct PairStatistics: Sendable {
    /// One language.
    public struct Side: Sendable {
        /// The number of words.
        public let words: Int
        /// The number of different words.
        public let different: Int
        /// The tokens of the vocabulary.
        public let vocabulary: Int
        /// The share of words that the vocabulary has.
        public let known: Double
        /// The words of the longest sentence.
        public let longest: Int
        /// Pieces of a word, where byte-pair encoding was learned.
        public let piecesPerWord: Double?

        init(_ sentences: [[String]], _ vocabulary: Vocabulary<String>, _ encoding: BytePairEncoding?) {
            let all = sentences.joined()
            words = all.count
            different = Set(all.lazy.map(\.key)).count
            self.vocabulary = vocabulary.count
            known = Double(all.count { vocabulary.contains($0) }) / Double(max(1, words))
            longest = sentences.map(\.count).max() ?? 0
            piecesPerWord = encoding.map { encoding in
                Double(all.reduce(0) { $0 + encoding.pieces(of: $1).count }) / Double(max(1, all.count))
            }
        }
    }

    /// The number of pairs.
    public let count: Int
    /// The sentences to translate.
    public let source: Side
    /// Their translations.
    public let target: Side
    /// How many pairs have so many words on their longer side.
    public let lengths: [Int: Int]

    /// The statistics of `pairs`, whose words two vocabularies have or not.
    public init(
        _ pairs: TokenPairs, source: Vocabulary<String>, target: Vocabulary<String>, encoding: BytePairEncoding? = nil
    ) {
        count = pairs.count
        self.source = Side(pairs.source, source, encoding)
        self.target = Side(pairs.target, target, encoding)
        lengths = Dictionary(zip(pairs.source, pairs.target).map { (max($0.count, $1.count), 1) }, uniquingKeysWith: +)
    }

    /// The figures, and a histogram of the lengths in groups of ten words, as lines to print.
    public var lines: [String] {
        let sides = [("source", source), ("target", target)].map { name, side in
            String(
                format: "%@: %d words, %.1f a sentence, at most %d; %d different, vocabulary %d, %.2f %% known%@",
                name, side.words, Double(side.words) / Double(max(1, count)), side.longest, side.different,
                side.vocabulary, 100 * side.known,
                side.piecesPerWord.map { String(format: "; %.2f pieces a word", $0) } ?? "")
        }
        let groups = Dictionary(lengths.map { ($0.key / 10, $0.value) }, uniquingKeysWith: +)
        let most = groups.values.max() ?? 1
        let histogram = groups.keys.sorted().prefix(12).map { group in
            let bar = String(repeating: "▇", count: max(1, groups[group]! * 40 / most))
            return String(format: "%3d to %3d words %7d ", 10 * group, 10 * group + 9, groups[group]!) + bar
        }
        return ["\(count) pairs"] + sides + histogram
    }
}
