import Foundation
import Gradus

/// A sequence that a search has found.
public struct Hypothesis: Equatable, Sendable {
    /// Its tokens, without start and end.
    public var tokens: [Int32]
    /// The sum of the log-probabilities, end included.
    public var logProbability: Float
    /// The ranking score; see ``SearchOptions``.
    public var score: Float
    /// The attention weights over the source: a row for each of ``tokens``, then one for the end if it is finished; `nil`
    /// without attention.
    public var alignments: [[Float]]?
    /// Whether the end token was reached; otherwise it was cut at the maximum length.
    public var isFinished: Bool

    /// A hypothesis of the given tokens.
    public init(
        tokens: [Int32], logProbability: Float, score: Float, alignments: [[Float]]? = nil, isFinished: Bool = true
    ) {
        (self.tokens, self.logProbability, self.score) = (tokens, logProbability, score)
        (self.alignments, self.isFinished) = (alignments, isFinished)
    }

    /// The source position with the largest attention weight, for each of ``tokens``; `nil` without attention.
    public var alignedPositions: [Int]? {
        alignments?.prefix(tokens.count).map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
    }

    /// The tokens as words. With attention, an unknown word is replaced by the source word with the largest weight (Luong,
    /// Sutskever, Le, Vinyals & Zaremba 2015).
    ///
    /// - Parameter source: the words of the source; without it unknown words are kept.
    public func text(_ vocabulary: Vocabulary<String>, replacingUnknownFrom source: [String]? = nil) -> [String] {
        let positions = alignedPositions
        return tokens.enumerated().map { index, token in
            guard token == SpecialToken.unknown, let source, let positions, positions[index] < source.count else {
                return vocabulary[token]
            }
            return source[positions[index]]
        }
    }
}

/// The parameters of greedy and beam search, and the score that ranks hypotheses:
/// `score = log p / ((5 + l) / 6)ᵅ + β Σᵢ log min(1, Σⱼ aⱼᵢ)` (Wu et al. 2016, equation 14), with l the number of tokens
/// including the end, and aⱼᵢ the attention weight of source token i when token j was chosen.
public struct SearchOptions: Equatable, Sendable {
    /// The beam's width: how many partial hypotheses each step keeps; 1 is greedy.
    public var width: Int
    /// α, at least 0: 0 prefers short hypotheses, 1 the best mean.
    public var lengthPenalty: Float
    /// β, at least 0: the penalty on source tokens without attention; no effect on decoders without attention.
    public var coveragePenalty: Float
    /// The maximum number of tokens; `nil` for twice the source and 5.
    public var maximumLength: Int?
    /// The decoder's first input.
    public var start = SpecialToken.start
    /// The token that ends a hypothesis; `nil` if only the maximum length does.
    public var end: Int32? = SpecialToken.end
    /// Tokens that are never chosen.
    public var excluded = [SpecialToken.padding, SpecialToken.start]

    /// A search of the given width.
    ///
    /// - Traps: when the width is not positive or a penalty is negative.
    public init(width: Int = 1, lengthPenalty: Float = 0, coveragePenalty: Float = 0, maximumLength: Int? = nil) {
        check(width > 0, "SearchOptions: the width must be positive, got \(width)")
        check(
            lengthPenalty >= 0 && coveragePenalty >= 0,
            "SearchOptions: penalties must not be negative, got \(lengthPenalty) and \(coveragePenalty)")
        check(maximumLength ?? 1 > 0, "SearchOptions: the maximum length must be positive, got \(maximumLength ?? 0)")
        (self.width, self.lengthPenalty, self.coveragePenalty) = (width, lengthPenalty, coveragePenalty)
        self.maximumLength = maximumLength
    }

    /// The maximum length for a source of the given length.
    func maximumLength(source: Int) -> Int { maximumLength ?? 2 * source + 5 }

    /// `((5 + l) / 6)ᵅ`
    func lengthFactor(_ length: Int) -> Float {
        lengthPenalty == 0 ? 1 : pow(Float(5 + length) / 6, lengthPenalty)
    }

    /// The score of a hypothesis of `length` tokens including the end.
    func score(_ logProbability: Float, length: Int, alignments: [[Float]]?) -> Float {
        let base = logProbability / lengthFactor(length)
        guard coveragePenalty > 0, let alignments, let first = alignments.first else { return base }
        let sums = alignments.dropFirst().reduce(into: first) { sums, row in
            for index in sums.indices { sums[index] += row[index] }
        }
        // The lower bound keeps the score finite when a token got no weight.
        return base + coveragePenalty * sums.reduce(0) { $0 + log(min(1, max($1, 1e-6))) }
    }
}

extension SearchOptions: Codable {
    private enum CodingKeys: String, CodingKey {
        case width, lengthPenalty, coveragePenalty
    }

    /// Decodes width and penalties, which ``problem`` may object to.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        width = try container.decode(Int.self, forKey: .width)
        lengthPenalty = try container.decode(Float.self, forKey: .lengthPenalty)
        coveragePenalty = try container.decode(Float.self, forKey: .coveragePenalty)
    }

    /// Encodes width and penalties.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(width, forKey: .width)
        try container.encode(lengthPenalty, forKey: .lengthPenalty)
        try container.encode(coveragePenalty, forKey: .coveragePenalty)
    }

    /// What is wrong with a search; nil when nothing is.
    public var problem: String? {
        (1...1000).contains(width) && [lengthPenalty, coveragePenalty].allSatisfy { (0...10).contains($0) }
            ? nil : "the width must be 1 to 1000, and the penalties 0 to 10"
    }
}
