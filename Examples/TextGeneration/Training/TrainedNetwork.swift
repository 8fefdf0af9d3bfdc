import ExampleSupport
import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// A network that was trained, as other commands use it.
struct TrainedNetwork {
    let record: RunRecord
    let model: CharacterModel
    let alphabet: Vocabulary<Character>
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
        record = try RunRecord(Checkpoint.state(in: path), path)
        alphabet = try record.vocabulary(path)
        model = record.recipe.newModel(vocabulary: alphabet.count)
        state = try Checkpoint.loadState(into: model, from: path)
    }

    /// The checkpoint that `--checkpoint` names, else the best one of the run in the `--out` folder.
    init(_ flags: Flags) throws {
        try self.init(flags.text("--checkpoint") ?? "\(flags.text("--out") ?? "out/text-generation")/best.safetensors")
    }

    /// The text that the network learned from, cut as then, or one that the user names.
    func tokens(of path: String?) throws -> [Int32] {
        let name = path == nil ? ChosenText.Name(rawValue: record.textName) : nil
        let chosen = try ChosenText(path: path ?? (name == .own ? record.textSource : nil), name: name)
        let tokens = try encoded(chosen, alphabet)
        return record.size == "smoke" ? Array(tokens.prefix(smokeLength)) : tokens
    }
}

/// Tokens of a smoke run.
let smokeLength = 15_001

/// The text in the numbers of an alphabet; unknown characters are an error that says where they came from.
func encoded(_ text: ChosenText, _ alphabet: Vocabulary<Character>) throws -> [Int32] {
    do {
        return try alphabet.encode(text.text)
    } catch let error as UnknownTokens {
        throw UsageError("the text (\(text.source)) and the checkpoint have different alphabets: \(error)")
    }
}
