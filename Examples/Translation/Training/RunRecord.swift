import Foundation
import Gradus
import GradusText
import GradusTraining

/// What a run's checkpoint says of it beside weights and position.
struct RunRecord: Codable {
    /// One judgement of the network.
    struct Evaluation: Codable, Equatable {
        var step: Int
        var perplexity: Double
        var bleu: Double
        /// The share of sentences that are exactly the reference.
        var exact: Double
        /// The BLEU of the test sentences, where there are such.
        var testBLEU: Double?
    }

    /// The cross-entropies of an epoch so far.
    struct Tally: Codable {
        var nats = 0.0
        var words = 0
    }

    var preset: String
    var recipe: Recipe
    var seed: Int
    var isSmoke: Bool
    var wording: Wording
    /// Where the sentences came from.
    var pairs: PairSource
    var pairsSource: String
    /// Tells these sentences from any other.
    var fingerprint: String
    var evaluations: [Evaluation] = []
    var tally = Tally()
    /// How long the run has taken before the checkpoint, in seconds.
    var seconds = 0.0
    /// How long the log was when the checkpoint was written; what came later is written again.
    var logLength = 0

    /// The best judgement, the first of equals.
    var best: Evaluation? { evaluations.max { $0.bleu < $1.bleu } }

    static let key = "translation"

    /// The record as a note of a checkpoint.
    func note() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The record of the checkpoint at `path`.
    static func read(_ state: TrainingState, _ path: String) throws -> RunRecord {
        guard let note = state.notes[key],
            let record = try? JSONDecoder().decode(RunRecord.self, from: Data(note.utf8)),
            record.recipe.problem == nil
        else { throw FileError(path: path, problem: "is no checkpoint of translation") }
        return record
    }

    /// The vocabularies of the checkpoint at `path`.
    func numberedWording(_ path: String) throws -> NumberedWording {
        guard let numbered = NumberedWording(wording) else {
            throw FileError(
                path: path,
                problem: "is damaged: its vocabularies do not begin with \(SpecialToken.all.joined(separator: " ")), "
                    + "or repeat a word")
        }
        return numbered
    }

    /// The fingerprint of all words.
    static func fingerprint(of pairs: SentencePairs) -> String {
        var fingerprint = Fingerprint()
        for side in [pairs.source, pairs.target] {
            for sentence in side {
                fingerprint.add(sentence.lazy.map { UInt32(bitPattern: $0) })
                fingerprint.add(UInt32.max)
            }
        }
        return fingerprint.text
    }
}
