import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// The flags that name a trained network.
struct NetworkFlags: FlagGroup {
    @Flag("the folder of the run", placeholder: "FOLDER") var out = RunFolder.latest("text-generation")
    @Flag("a file with the network; by default the run's model.safetensors", placeholder: "FILE") var checkpoint:
        String?

    func load() throws -> CharacterNetwork { try CharacterNetwork(checkpoint ?? "\(out)/model.safetensors") }
}

/// A trained network with its alphabet and what is known of the text that it learned from.
struct CharacterNetwork {
    let model: CharacterModel
    let alphabet: Vocabulary<Character>
    let text: TextRecord
    let path: String
    let checkpoint: Checkpoint

    /// Loads the network from a file.
    ///
    /// - Throws: `FileError` when there is none.
    init(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path, problem: "is not there",
                advice: "Train first, or name a run with --out or a file with --checkpoint.")
        }
        self.path = path
        checkpoint = try Checkpoint(contentsOf: path)
        (alphabet, text, model) = (
            try checkpoint.value("alphabet"), try checkpoint.value("text"), try checkpoint.model()
        )
        guard alphabet.count == model.vocabulary else {
            throw FileError(
                path: path,
                problem: "is damaged: its alphabet has \(alphabet.count) characters, its network \(model.vocabulary)")
        }
    }

    /// How the network was trained, in words.
    var recipe: String {
        guard let settings = try? checkpoint.run.settings else { return "unknown" }
        func of(_ name: String) -> String { settings[name] ?? "none" }
        return "\(of("optimizer")) at \(of("learning-rate")), \(of("schedule")), \(text.cut.streams) streams of "
            + "\(text.cut.steps) steps, dropout \(of("dropout")), seed \(of("seed"))"
    }

    /// The tokens of the user's text at `path`; without a path, of the text that the network learned from.
    ///
    /// - Throws: `UsageError` when the text that it learned from has changed since.
    func tokens(of path: String?) throws -> [Int32] {
        if let path { return try ChosenText(path: path, name: nil).tokens(alphabet) }
        let own = try ChosenText(path: text.name == nil ? text.source : nil, name: text.name).prefix(text.length)
        guard own.fingerprint == text.fingerprint else {
            throw UsageError("the text that the network learned from has changed since; name one with --data")
        }
        return try own.tokens(alphabet)
    }

    /// The text that the network learned from, divided as it was for training.
    func parts() throws -> (training: TextStreams, validation: TextStreams) {
        try text.cut.parts(of: tokens(of: nil), text.source)
    }

    /// The tokens of the text that a flag gave.
    func tokens<Value>(_ flag: Flag<Value>, _ text: String) throws -> [Int32] {
        do { return try alphabet.encode(text) } catch let error as UnknownTokens {
            throw flag.error("\(error); the text that the network learned from has none")
        }
    }
}
