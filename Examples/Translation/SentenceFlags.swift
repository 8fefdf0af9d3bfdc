import Gradus
import GradusText
import GradusTraining

/// The flags that name pairs of sentences.
struct SentenceFlags: FlagGroup {
    @Flag("files PATH.en and PATH.fr, or the folder of a known set", placeholder: "PATH", onResume: true)
    var data: String?
    @Flag("sentences that the program knows", onResume: true) var dataset: Dataset?
    @Flag("the suffix of the files to translate from, as en", placeholder: "LANGUAGE", onResume: true) var from: String?
    @Flag("the suffix of the files to translate to, as fr", placeholder: "LANGUAGE", onResume: true) var to: String?
    @Flag(
        "files for choosing the best network; by default some lines of the others", placeholder: "PATH", onResume: true)
    var validation: String?
    @Flag("files for testing the best network", placeholder: "PATH", onResume: true) var test: String?

    /// What the flags name.
    var source: SentenceSource {
        SentenceSource(dataset: dataset, data: data, validation: validation, test: test, from: from, to: to)
    }
}

/// The sentences that the program knows.
enum Dataset: String, FlagValue, CaseIterable {
    case debianDescriptions = "debian-descriptions"
    case verses, multi30k
    /// Phrases that a grammar generates, English to French.
    case phrases

    /// The set in files; nil for phrases.
    var files: ParallelDataset? { ParallelDataset(rawValue: rawValue) }
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

    /// Whether it names files of the user's.
    var isFiles: Bool { data != nil && dataset == nil }

    /// With a known set where it names no sentences: phrases, or what `make data` got.
    func completed(usesPhrases: Bool) -> SentenceSource {
        guard dataset == nil && data == nil else { return self }
        var source = self
        let got = [Dataset.debianDescriptions, .verses].first { $0.files!.isFound(from: from ?? "en") }
        source.dataset = usesPhrases ? .phrases : got ?? .phrases
        return source
    }

    /// Finds and reads the sentences.
    ///
    /// - Throws: `MissingData`, `FileError` or `UsageError`.
    func load() throws -> ParallelCorpus {
        if let known = dataset?.files { return try known.load(data, from: from ?? "en", to: to ?? known.target) }
        if isFiles {
            let (prefix, from, to) = try files()
            return try ParallelCorpus(prefix: prefix, validation: validation, test: test, from: from, to: to)
        }
        guard data == nil else { throw UsageError("the generated phrases come from no file; leave --data out") }
        let phrases = GeneratedPhrases()
        return ParallelCorpus(
            "English and French phrases that a grammar generates, built in", training: phrases.training,
            validation: phrases.validation, test: phrases.test)
    }

    /// All lines of the files that are named.
    func wholeFiles() throws -> ParallelText {
        let (prefix, from, to) = try files()
        return try ParallelText(prefix: prefix, from: from, to: to)
    }

    private func files() throws -> (prefix: String, from: String, to: String) {
        guard let data, let from, let to else {
            throw UsageError(
                "two files need the beginning of their names, --data, and their languages, --from and --to, as in "
                    + "`--data texts/train --from en --to fr` for texts/train.en and texts/train.fr")
        }
        return (data, from, to)
    }
}
