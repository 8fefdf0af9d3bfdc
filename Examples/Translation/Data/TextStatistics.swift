import Foundation
import Gradus
import GradusText
import GradusTraining

/// What is in some pairs of sentences.
struct TextStatistics {
    /// One language.
    struct Side {
        let words: Int
        let different: Int
        let vocabulary: Int
        /// The share of words that the vocabulary has.
        let known: Double
        let longest: Int
        /// Pieces a word, where byte-pair encoding was learned.
        let piecesPerWord: Double?

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

    let count: Int
    let sides: [Side]
    /// How many pairs have so many words on their longer side.
    private let lengths: [Int: Int]

    init(
        _ pairs: TokenPairs, _ vocabularies: (source: Vocabulary<String>, target: Vocabulary<String>),
        _ encoding: BytePairEncoding?
    ) {
        count = pairs.count
        sides = [
            Side(pairs.source, vocabularies.source, encoding), Side(pairs.target, vocabularies.target, encoding),
        ]
        lengths = Dictionary(zip(pairs.source, pairs.target).map { (max($0.count, $1.count), 1) }, uniquingKeysWith: +)
    }

    /// The figures, for a reader.
    var lines: [String] {
        ["\(count) pairs"]
            + zip(["source", "target"], sides).map { name, side in
                let pieces = side.piecesPerWord.map { String(format: "; %.2f pieces a word", $0) } ?? ""
                return String(
                    format: "%@: %d words, %.1f a sentence, at most %d; %d different, vocabulary %d, %.2f %% known%@",
                    name,
                    side.words, Double(side.words) / Double(max(1, count)), side.longest, side.different,
                    side.vocabulary,
                    100 * side.known, pieces)
            } + histogram
    }

    /// Pairs by the length of their longer side, in groups of ten words.
    private var histogram: [String] {
        let groups = Dictionary(lengths.map { ($0.key / 10, $0.value) }, uniquingKeysWith: +)
        let most = groups.values.max() ?? 1
        return groups.keys.sorted().prefix(12).map { group in
            let bar = String(repeating: "▇", count: max(1, groups[group]! * 40 / most))
            return String(format: "%3d to %3d words %7d ", 10 * group, 10 * group + 9, groups[group]!) + bar
        }
    }

    /// The figures by their names in the log.
    func figures(_ part: String) -> [(String, LogValue)] {
        [("\(part)_pairs", .integer(count))]
            + zip(["source", "target"], sides).flatMap { name, side in
                [
                    ("\(part)_\(name)_words", .integer(side.words)), ("\(part)_\(name)_known", .number(side.known)),
                ]
            }
    }
}
