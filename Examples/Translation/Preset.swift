import CTranslationPresets
import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// All that decides what a training computes, but the sentences: a JSON file of `Presets`, or one of the user's.
struct Preset: Codable, Equatable {
    /// One line for people.
    var about: String
    var network: Network
    var text: TranslationPipeline.Options
    var training: Training
    var search: Search

    /// The options of a network, one of the two.
    struct Network: Codable, Equatable {
        var seq2seq: Seq2Seq.Options?
        var transformer: Transformer.Options?
    }

    /// How translations are searched unless flags say otherwise.
    struct Search: Codable, Equatable {
        var width: Int
        var lengthPenalty: Float
        var coveragePenalty: Float

        var options: SearchOptions {
            SearchOptions(width: width, lengthPenalty: lengthPenalty, coveragePenalty: coveragePenalty)
        }
    }

    /// What is wrong with the preset, for people; nil when nothing is.
    var problem: String? {
        guard (network.seq2seq == nil) != (network.transformer == nil) else {
            return "\"network\" needs either \"seq2seq\" or \"transformer\""
        }
        if let problem = network.seq2seq?.problem ?? network.transformer?.problem ?? training.problem { return problem }
        let sharesEmbeddings = network.seq2seq?.sharesEmbeddings ?? network.transformer?.sharesEmbeddings ?? false
        if sharesEmbeddings && text.merges == nil {
            return "\"sharesEmbeddings\" needs one vocabulary for both languages, which \"merges\" makes"
        }
        if let problem = text.problem { return "\"text\": \(problem)" }
        let penalties = [search.lengthPenalty, search.coveragePenalty]
        return (1...1000).contains(search.width) && penalties.allSatisfy { (0...10).contains($0) }
            ? nil : "\"search\": the width must be 1 to 1000, and the penalties 0 to 10"
    }

    /// Makes the network and the vocabulary so small that a run takes seconds.
    mutating func shrink() {
        if var recurrent = network.seq2seq {
            (recurrent.units, recurrent.embedding) = (min(recurrent.units, 160), min(recurrent.embedding, 160))
            network.seq2seq = recurrent
        }
        if var transformer = network.transformer {
            (transformer.features, transformer.hidden) = (min(transformer.features, 160), min(transformer.hidden, 320))
            network.transformer = transformer
        }
        text.merges = text.merges.map { min($0, 500) }
    }
}

extension Preset.Network {
    /// A network with new weights.
    func model(_ sourceVocabulary: Int, _ targetVocabulary: Int) -> any TranslationModel {
        if let transformer {
            return Transformer(transformer, sourceVocabulary: sourceVocabulary, targetVocabulary: targetVocabulary)
        }
        return Seq2Seq(
            seq2seq ?? Seq2Seq.Options(), sourceVocabulary: sourceVocabulary, targetVocabulary: targetVocabulary)
    }

    /// Changes the sizes that are given.
    mutating func change(layers: Int?, units: Int?, dropout: Double?) {
        if var s = seq2seq {
            (s.layers, s.units, s.dropout) = (layers ?? s.layers, units ?? s.units, dropout ?? s.dropout)
            if s.tiesOutput { s.embedding = s.units }
            seq2seq = s
        }
        if var t = transformer {
            (t.layers, t.features, t.dropout) = (layers ?? t.layers, units ?? t.features, dropout ?? t.dropout)
            transformer = t
        }
    }

    var description: String {
        if let t = transformer {
            return
                "Transformer, \(t.layers) + \(t.layers) layers of \(t.features), \(t.heads) heads, hidden \(t.hidden)"
        }
        let s = seq2seq ?? Seq2Seq.Options()
        return "\(s.layers) × \(s.units) \(s.cell.rawValue), \(s.encoder.rawValue) encoder, \(s.wiring.rawValue), "
            + "attention \(s.attention?.rawValue ?? "none"), embeddings of \(s.embedding)"
    }
}

/// The presets of the program.
enum PresetName: String, FlagValue, CaseIterable {
    case tiny, small, iwslt15, gnmt, transformer, captions, subwords

    /// The preset's file.
    var text: String {
        var length = 0
        let bytes = gradus_translation_preset(rawValue, &length)
        return String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
}

extension Preset {
    /// The preset of a name or of a file.
    ///
    /// - Throws: `UsageError` when there is none, `FileError` when a file does not hold one.
    init(named name: String) throws {
        if let known = PresetName(rawValue: name) {
            try self.init(json: Data(known.text.utf8), path: "preset \(name)")
        } else if FileManager.default.fileExists(atPath: name) {
            try self.init(json: Data(WholeFile.bytes(of: name)), path: name)
        } else {
            let names = PresetName.allCases.map(\.rawValue)
            let guess = nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
            throw UsageError(
                "--preset takes \(names.joined(separator: ", ")) or a file, and there is no file \"\(name)\"\(guess)")
        }
    }

    private init(json data: Data, path: String) throws {
        let advice =
            "`translation train --show-preset small` prints one to begin with; every key must be one of its keys."
        self = try JSONValue.strict(from: data, path: path, advice: advice)
        if let problem { throw FileError(path: path, problem: problem, advice: advice) }
    }
}
