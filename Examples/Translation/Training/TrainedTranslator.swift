import ExampleSupport
import Foundation
import Gradus
import GradusText
import GradusTraining

/// A network that was trained, as other commands use it.
struct TrainedTranslator {
    let record: RunRecord
    let translating: Translating
    let state: TrainingState
    let path: String

    /// The network of a checkpoint.
    ///
    /// - Throws: `FileError` when there is none, or an error that says what is wrong with it.
    init(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path,
                problem: "is not there; train first, or name the run's folder with --out or a file with --checkpoint")
        }
        self.path = path
        record = try RunRecord.read(Checkpoint.state(in: path), path)
        let wording = try record.numberedWording(path)
        let network = record.recipe.newModel(wording.source.count, wording.target.count, seed: record.seed)
        state = try Checkpoint.loadState(into: network, from: path)
        translating = Translating(network: network, wording: wording)
    }

    /// The checkpoint that `--checkpoint` names, else the best one of the run in the `--out` folder.
    init(_ flags: Flags) throws {
        try self.init(flags.text("--checkpoint") ?? "\(flags.text("--out") ?? "out/translation")/best.safetensors")
    }

    var wording: Wording { translating.wording.wording }
    var sourceVocabulary: Vocabulary<String> { translating.wording.source }
    var targetVocabulary: Vocabulary<String> { translating.wording.target }

    /// Whether the network looks at the words of the source, so that one of them can stand for an unknown word.
    var looksAtSource: Bool {
        record.recipe.network.transformer != nil || record.recipe.network.seq2seq?.attention != nil
    }

    /// The search that the preset proposes.
    var search: SearchOptions { SearchOptions(record.recipe.search) }
}

extension SearchOptions {
    init(_ search: Recipe.Search) {
        self.init(
            width: search.width, lengthPenalty: search.lengthPenalty, coveragePenalty: search.coveragePenalty)
    }
}
