import Gradus
import GradusData

/// Sentences with their translations as the pipelines of a translator read them, to learn from or to be evaluated on.
public struct TranslationSet: Sendable {
    /// The pairs, without those that are empty or too long.
    public let text: ParallelText
    /// The pairs in numbers, for the loss.
    public let pairs: SentencePairs
    /// The sources in tokens, to be translated.
    public let sources: [[String]]
    /// The translations in words, to compare others with.
    public let references: [[String]]
    /// What was left out, in words.
    public let leftOut: [String]

    /// The pairs of a text.
    ///
    /// - Throws: `FileError` when none is left.
    public init(_ all: ParallelText, _ pipeline: TranslationPipeline) throws {
        let tokens = pipeline.tokens(of: all)
        leftOut = tokens.leftOut.descriptions
        guard tokens.count > 0 else {
            throw FileError(
                path: all.sourcePath, problem: "holds no pair of sentences", advice: leftOut.joined(separator: "; "))
        }
        let kept = Set(tokens.lines)
        text = all.lines { kept.contains($0) }
        (pairs, sources) = (pipeline.numbers(of: tokens), tokens.source)
        references = text.target.map(pipeline.target.words(of:))
    }

    /// What translations of ``sources``, in words, score.
    public func scores(_ translations: [[String]]) -> TranslationScores {
        TranslationScores(translations, references: references)
    }
}
