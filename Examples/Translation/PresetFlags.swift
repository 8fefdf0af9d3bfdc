import Foundation
import Gradus
import GradusModels
import GradusTraining

/// The flags that choose a network.
struct PresetFlags: FlagGroup {
    @Flag(
        "network, text and training: tiny, small, iwslt15, gnmt, transformer, captions, subwords, or a JSON file",
        placeholder: "NAME|FILE", full: "iwslt15") var preset = "tiny"
    @Flag("print a preset's file, to write one of your own, and end") var showPreset: PresetName?
    @Flag("how a recurrent decoder attends to the source; by default as the preset says") var attention: AttentionName?
    @Flag("layers of encoder and decoder; by default the preset's", 1...24) var layers: Int?
    @Flag("length of a state, or of a Transformer's vectors; by default the preset's", 1...8192) var units: Int?
    @Flag("share of numbers that is dropped in training; by default the preset's", 0...0.99) var dropout: Double?

    /// Prints a preset, or looks for mistakes in one.
    func prepare() throws {
        if let showPreset {
            show(showPreset.text.dropLast())
            throw CommandFinished()
        }
        // A run to resume has its preset in the checkpoint; the file may be gone.
        guard FileManager.default.fileExists(atPath: preset) || PresetName(rawValue: preset) != nil else { return }
        var preset = try load()
        try change(&preset)
    }

    /// The preset without the flags' changes.
    func load() throws -> Preset { try Preset(named: preset) }

    /// Whether it is the preset of a run without flags.
    var isDefault: Bool { preset == PresetName.tiny.rawValue }

    /// Makes the flags' changes.
    func change(_ preset: inout Preset) throws {
        if let attention {
            guard preset.network.seq2seq != nil else {
                throw $attention.error("belongs to recurrent networks, and this preset has none")
            }
            preset.network.seq2seq?.attention = attention.score
        }
        preset.network.change(layers: layers, units: units, dropout: dropout)
        if let problem = preset.problem { throw UsageError(problem) }
    }
}

/// The name of a score by which a decoder attends, or none.
enum AttentionName: String, FlagValue, CaseIterable {
    case none, luong, scaledLuong = "scaled_luong", bahdanau, normedBahdanau = "normed_bahdanau"

    var score: SourceAttention.Score? { SourceAttention.Score(rawValue: rawValue) }
}
