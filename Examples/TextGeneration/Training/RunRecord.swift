import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// What a run's checkpoint says of it beside weights and position.
struct RunRecord: Codable {
    /// One judgement of the network.
    struct Evaluation: Codable, Equatable {
        var step: Int
        var nats: Double
    }

    var recipe: Recipe
    var size: String
    /// The characters, in the order of their numbers.
    var alphabet: [String]
    /// What the text is called, and where it was.
    var textName: String
    var textSource: String
    /// Tells this text from any other.
    var fingerprint: String
    var evaluations: [Evaluation] = []
    /// How long the log was when the checkpoint was written; what came later is written again.
    var logLength = 0

    /// The best judgement, the first of equals.
    var best: Evaluation? { evaluations.min { $0.nats < $1.nats } }

    /// The alphabet as a vocabulary.
    ///
    /// - Throws: `FileError` when the checkpoint's list is none.
    func vocabulary(_ path: String) throws -> Vocabulary<Character> {
        let characters = alphabet.compactMap { $0.count == 1 ? Character($0) : nil }
        let replacement = Vocabulary<Character>.replacement
        guard characters.count == alphabet.count, !characters.isEmpty, characters != [replacement],
            let vocabulary = Vocabulary(characters, unknown: characters.contains(replacement) ? replacement : nil)
        else { throw FileError(path: path, problem: "is damaged: its alphabet is none") }
        return vocabulary
    }

    static let key = "text_generation"

    /// The record as a note of a checkpoint.
    func note() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The record of the checkpoint at `path`.
    init(_ state: TrainingState, _ path: String) throws {
        guard let note = state.notes[Self.key],
            let record = try? JSONDecoder().decode(RunRecord.self, from: Data(note.utf8)),
            record.recipe.isPossible
        else { throw FileError(path: path, problem: "is no checkpoint of text-generation") }
        self = record
    }

    init(_ recipe: Recipe, size: String, _ alphabet: Vocabulary<Character>, _ text: ChosenText, _ tokens: [Int32]) {
        (self.recipe, self.size, self.alphabet) = (recipe, size, alphabet.tokens.map(String.init))
        (textName, textSource) = (text.name.rawValue, text.source)
        fingerprint = Self.fingerprint(of: tokens)
    }

    /// The fingerprint of the tokens.
    static func fingerprint(of tokens: [Int32]) -> String { Fingerprint(tokens).text }
}

extension Recipe {
    /// Whether a run can have such numbers; a damaged file may say anything.
    var isPossible: Bool {
        let counts = [units, layers, streams, steps, epochs, decayFrom, minimumCount, embedding ?? 1]
        return counts.allSatisfy { $0 > 0 && $0 <= 1_000_000 } && layers <= 16 && units <= 4096
            && (embedding ?? 1) <= 4096 && dropout >= 0 && dropout < 1 && heldOut >= 0 && heldOut < 1
            && (!tiesOutput || embedding == units) && RecurrentKind(rawValue: cell) != nil && seed >= 0
            && learningRate.isFinite && learningRate > 0 && decay.isFinite && clip > 0
    }
}
