import Foundation
import Gradus

/// How translations are searched, and what they are compared by:
/// `score = log p / ((5 + l) / 6)ᵅ + β Σᵢ log min(1, Σⱼ aⱼᵢ)` (Wu et al. 2016, equation 14), where l is the number of words
/// with the end, and aⱼᵢ the weight of source word i when word j was chosen.
public struct SearchOptions: Equatable, Sendable {
    /// How many beginnings are kept at every step; 1 is greedy.
    public var width: Int
    /// α, at least 0: 0 prefers short translations, 1 the best mean.
    public var lengthPenalty: Float
    /// β, at least 0: what a source word costs that was never looked at. Counts only where the network looks.
    public var coveragePenalty: Float
    /// The most words of a translation; `nil` for twice the source and 5.
    public var maximumLength: Int?
    /// The word that the network reads first.
    public var start = SpecialWord.start
    /// The word that ends a translation.
    public var end = SpecialWord.end
    /// Words that no translation has.
    public var excluded = [SpecialWord.padding, SpecialWord.start]

    /// A search of the given width.
    ///
    /// - Traps: when the width is not positive or a penalty is negative.
    public init(width: Int = 1, lengthPenalty: Float = 0, coveragePenalty: Float = 0, maximumLength: Int? = nil) {
        check(width > 0, "SearchOptions: a width of \(width)")
        check(
            lengthPenalty >= 0 && coveragePenalty >= 0,
            "SearchOptions: penalties of \(lengthPenalty) and \(coveragePenalty)")
        check(maximumLength ?? 1 > 0, "SearchOptions: a greatest length of \(maximumLength ?? 0)")
        (self.width, self.lengthPenalty, self.coveragePenalty) = (width, lengthPenalty, coveragePenalty)
        self.maximumLength = maximumLength
    }

    /// The most words of a translation of so many words.
    public func maximumLength(source: Int) -> Int { maximumLength ?? 2 * source + 5 }

    /// `((5 + l) / 6)ᵅ`
    func lengthFactor(_ length: Int) -> Float {
        lengthPenalty == 0 ? 1 : pow(Float(5 + length) / 6, lengthPenalty)
    }

    /// The coverage term for the sums of the weights of each source word.
    func coverageTerm(_ sums: [Float]) -> Float {
        // A word that was never looked at would make the score infinite.
        coveragePenalty * sums.reduce(0) { $0 + log(min(1, max($1, 1e-6))) }
    }

    /// The score of a translation of `length` words with the end.
    func score(_ logProbability: Float, length: Int, alignments: [[Float]]?) -> Float {
        let base = logProbability / lengthFactor(length)
        guard coveragePenalty > 0, let alignments, let first = alignments.first else { return base }
        let sums = alignments.dropFirst().reduce(into: first) { sums, row in
            for index in sums.indices { sums[index] += row[index] }
        }
        return base + coverageTerm(sums)
    }
}
