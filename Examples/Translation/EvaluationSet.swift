import Foundation
import Gradus
import GradusText
import GradusTraining

/// Sentences that a translator learns from or is evaluated on, without those that are empty or too long.
struct EvaluationSet {
    let text: ParallelText
    /// In numbers, for the loss.
    let pairs: SentencePairs
    /// In tokens, to be translated.
    let sources: [[String]]
    /// In words, to compare translations with.
    let references: [[String]]
    /// What was left out, for people.
    let leftOut: [String]

    /// - Throws: `FileError` when nothing is left, `UsageError` when no word is known.
    init(_ all: ParallelText, _ pipeline: TranslationPipeline) throws {
        let tokens = pipeline.tokens(of: all)
        leftOut = tokens.leftOut.descriptions
        guard tokens.count > 0 else {
            throw FileError(
                path: all.sourcePath, problem: "holds no pair of sentences", advice: leftOut.joined(separator: "; "))
        }
        for (language, side) in [("source", pipeline.source), ("target", pipeline.target)]
        where side.vocabulary.count <= SpecialToken.all.count {
            throw UsageError(
                "no word of the \(language) is known: none occurs \(pipeline.options.minimumCount) times, or the "
                    + "vocabulary has room for none; choose a preset with a smaller \"minimumCount\"")
        }
        let kept = Set(tokens.lines)
        text = all.lines { kept.contains($0) }
        (pairs, sources) = (pipeline.numbers(of: tokens), tokens.source)
        references = text.target.map(pipeline.target.words(of:))
    }

    func scores(_ translations: [[String]]) -> TranslationScores {
        TranslationScores(translations, references: references)
    }
}

extension TranslationScores {
    /// BLEU, ROUGE-L and exact sentences.
    func metrics(_ prefix: String) -> [Metric] {
        [
            Metric("\(prefix)bleu", bleu.score), Metric("\(prefix)rouge_l", rouge),
            Metric("\(prefix)exact", exact, unit: "%"),
        ]
    }
}
