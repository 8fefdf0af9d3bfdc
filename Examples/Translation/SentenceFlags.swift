import Gradus
import GradusText
import GradusTraining

/// The flags that name pairs of sentences.
struct SentenceFlags: FlagGroup {
    @Flag(
        "files PATH.en and PATH.fr, or the folder of a known set; by default the generated phrases, or with another preset "
            + "what `make data` got", placeholder: "PATH", onResume: true) var data: String?
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

    /// The sentences of a training.
    ///
    /// - Parameters:
    ///   - resumed: where the run to resume found its sentences.
    ///   - usesPhrases: whether flags that name none mean the generated phrases.
    func load(resumed: SentenceSource?, usesPhrases: Bool, _ size: RunSize) throws -> Corpus {
        var source = source
        if source.isEmpty {
            source = resumed ?? source
            if resumed == nil && usesPhrases { source.dataset = .phrases }
        }
        let corpus = try source.load()
        return size == .smoke ? corpus.first(200, forEvaluation: 20) : corpus
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
