/// A translation that a search has found.
public struct Hypothesis: Equatable, Sendable {
    /// Its words, without start and end.
    public var words: [Int32]
    /// The sum of the logarithms of their probabilities, that of the end included.
    public var logProbability: Float
    /// What it is compared with others by; see ``SearchOptions``.
    public var score: Float
    /// The weights with which the network has looked at each word of the source: a row for each of ``words``, then one for
    /// the end if it is finished; `nil` when the network does not look.
    public var alignments: [[Float]]?
    /// Whether it ended by itself; else it was cut at the greatest length.
    public var isFinished: Bool

    /// A translation of the given words.
    public init(
        words: [Int32], logProbability: Float, score: Float, alignments: [[Float]]? = nil, isFinished: Bool = true
    ) {
        (self.words, self.logProbability, self.score) = (words, logProbability, score)
        (self.alignments, self.isFinished) = (alignments, isFinished)
    }
}

extension Hypothesis {
    /// For each of ``words`` the place of the source word that was looked at most; `nil` when the network does not look.
    public var alignedPositions: [Int]? {
        alignments?.prefix(words.count).map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
    }

    /// The words as text; in the place of an unknown one stands the source word that was looked at most, where the network
    /// looks (Luong, Sutskever, Le, Vinyals & Zaremba 2015).
    ///
    /// - Parameter source: the words of the source; without it unknown words stay.
    public func text(_ vocabulary: Vocabulary<String>, replacingUnknownFrom source: [String]? = nil) -> [String] {
        let positions = alignedPositions
        return words.enumerated().map { index, word in
            guard word == SpecialWord.unknown, let source, let positions, positions[index] < source.count else {
                return vocabulary[word]
            }
            return source[positions[index]]
        }
    }
}
