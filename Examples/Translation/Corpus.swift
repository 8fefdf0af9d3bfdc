import Gradus
import GradusData
import GradusText
import GradusTraining

/// The sentences of a training.
struct Corpus {
    /// Where they come from, so that other commands find the same.
    let source: SentenceSource
    /// The same for people.
    let description: String
    let training: ParallelText
    let validation: ParallelText
    let test: ParallelText?

    func first(_ count: Int, forEvaluation few: Int) -> Corpus {
        Corpus(
            source: source, description: description, training: training.first(count),
            validation: validation.first(few), test: test?.first(few))
    }
}

/// Where sentences come from: a known set, or files of the user's.
struct SentenceSource: Codable, Equatable {
    var dataset: Dataset?
    /// The folder of a known set, or the beginning of the names of files.
    var data: String?
    var validation: String?
    var test: String?
    var from: String?
    var to: String?

    /// Whether it names nothing.
    var isEmpty: Bool { self == SentenceSource() }

    /// Finds and reads the sentences.
    ///
    /// - Throws: `MissingData`, `FileError` or `UsageError`.
    func load() throws -> Corpus {
        if let dataset { return try load(dataset) }
        if data != nil { return try files() }
        // What `make data` got, else phrases.
        for known in [Dataset.debianDescriptions, .verses] {
            do { return try load(known) } catch is MissingData { continue }
        }
        return try load(.phrases)
    }

    private func load(_ dataset: Dataset) throws -> Corpus {
        var source = self
        source.dataset = dataset
        guard let known = dataset.files else {
            let set = GeneratedPhrases()
            return Corpus(
                source: source, description: "English and French phrases that a grammar generates, built in",
                training: set.training, validation: set.validation, test: set.test)
        }
        let set = try known.load(data, from: from ?? "en", to: to ?? known.target)
        return Corpus(
            source: source, description: set.description, training: set.training, validation: set.validation,
            test: set.test)
    }

    /// All lines of the files that are named.
    ///
    /// - Throws: `UsageError` when none are, or `FileError`.
    func wholeFiles() throws -> ParallelText {
        guard let data, let from, let to else {
            throw UsageError(
                "--data names the beginning of two files; --from and --to their languages, as in "
                    + "`--data texts/train --from en --to fr` for texts/train.en and texts/train.fr")
        }
        return try ParallelText(prefix: data, from: from, to: to)
    }

    private func files() throws -> Corpus {
        let all = try wholeFiles()
        func part(_ prefix: String?) throws -> ParallelText? {
            try prefix.map { try ParallelText(prefix: $0, from: from!, to: to!) }
        }
        let (own, test) = (try part(validation), try part(test))
        guard own != nil || all.count >= 4 else {
            throw FileError(
                path: all.sourcePath, problem: "has only \(all.count) lines",
                advice: "A few are needed for training and for validation.")
        }
        let split = all.split()
        return Corpus(
            source: self,
            description: "\(data!).{\(from!),\(to!)}"
                + (own == nil ? ", every \(split.step)th line for validation" : ""),
            training: own == nil ? split.training : all, validation: own ?? split.validation, test: test)
    }
}
