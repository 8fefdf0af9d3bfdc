import Gradus
import GradusData

/// Sentences with their translations in three parts: to learn from, to choose a network by, and to test it on.
public struct ParallelCorpus: Sendable {
    /// Where the sentences come from, in words.
    public let description: String
    /// To learn from.
    public let training: ParallelText
    /// To choose by.
    public let validation: ParallelText
    /// To test on.
    public let test: ParallelText?

    /// A corpus of the given parts.
    public init(_ description: String, training: ParallelText, validation: ParallelText, test: ParallelText? = nil) {
        (self.description, self.training, self.validation, self.test) = (description, training, validation, test)
    }

    /// The files `prefix.source` and `prefix.target`, and for the other parts two files each, or every n-th line of the first
    /// (see ``ParallelText/split()``).
    ///
    /// - Throws: `FileError`.
    public init(
        prefix: String, validation: String? = nil, test: String? = nil, from source: String, to target: String
    ) throws {
        let all = try ParallelText(prefix: prefix, from: source, to: target)
        let test = try test.map { try ParallelText(prefix: $0, from: source, to: target) }
        let description = "\(prefix).{\(source),\(target)}"
        if let validation {
            let own = try ParallelText(prefix: validation, from: source, to: target)
            self.init(description, training: all, validation: own, test: test)
            return
        }
        guard all.count >= 4 else {
            throw FileError(
                path: all.sourcePath, problem: "has only \(all.count) lines",
                advice: "A few are needed for training and for validation.")
        }
        let split = all.split()
        self.init(
            "\(description), every \(split.step)th line for validation", training: split.training,
            validation: split.validation, test: test)
    }

    /// The first pairs of each part.
    public func first(_ count: Int, forEvaluation few: Int) -> ParallelCorpus {
        ParallelCorpus(
            description, training: training.first(count), validation: validation.first(few), test: test?.first(few))
    }
}
