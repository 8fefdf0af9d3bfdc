import CTranslationPresets
import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// All that decides what a training computes, but the sentences: a JSON file of `Presets`, or one of the user's.
struct Preset: Codable, Equatable {
    /// How the weights are found.
    struct Training: Codable, Equatable {
        /// Which sentences come together; see `PairGrouping`.
        enum Grouping: String, Codable { case pools, buckets }

        /// What changes the weights.
        enum Method: String, Codable { case adam, sgd }

        /// What the sum of a batch's cross-entropies is divided by.
        enum Divisor: String, Codable { case perWord, perSentence }

        var epochs: Int
        var batchSize: Int
        var grouping: Grouping
        var method: Method
        /// Adam's decay of the mean square.
        var beta2: Float?
        var learningRate: Float
        var rate: ScheduleRule
        /// The largest global norm of a gradient.
        var clip: Float
        var loss: Divisor
        /// The share of a word's probability that is spread over all words.
        var smoothing: Double
        /// The decay of the averaged weights that are evaluated and kept; nil for none.
        var averaging: Float?
    }

    /// A description in one line.
    var about: String
    var network: TranslatorOptions
    var text: TranslationPipeline.Options
    var training: Training
    var search: SearchOptions

    /// What is wrong with the preset, in words; nil when nothing is.
    var problem: String? {
        if network.sharesEmbeddings && text.merges == nil {
            return "\"sharesEmbeddings\" needs one vocabulary for both languages, which \"merges\" makes"
        }
        return network.problem ?? training.problem ?? text.problem.map { "\"text\": \($0)" }
            ?? search.problem.map { "\"search\": \($0)" }
    }
}

extension Preset.Training {
    func newOptimizer() -> any Optimizer {
        switch method {
        case .adam: Adam(learningRate: learningRate, beta2: beta2 ?? 0.999)
        case .sgd: SGD(learningRate: learningRate)
        }
    }

    var pairGrouping: PairGrouping {
        switch grouping {
        case .pools: .pools(batches: 50)
        case .buckets: .buckets(width: 10, count: 5)
        }
    }

    fileprivate var problem: String? {
        if ![epochs, batchSize].allSatisfy({ (1...100_000).contains($0) }) {
            return "\"training\": epochs and batchSize must be 1 to 100000, got \(epochs) and \(batchSize)"
        }
        if ![learningRate, clip].allSatisfy({ $0 > 0 && $0.isFinite }) {
            return "\"training\": learningRate and clip must be above 0, got \(learningRate) and \(clip)"
        }
        let shares = [Float(smoothing), averaging ?? 0, beta2 ?? 0]
        return shares.allSatisfy { (0..<1).contains($0) }
            ? rate.problem : "\"training\": smoothing, averaging and beta2 must be in 0..<1"
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
        let known = PresetName(rawValue: name)
        guard known != nil || FileManager.default.fileExists(atPath: name) else {
            let names = PresetName.allCases.map(\.rawValue)
            let guess = nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
            throw UsageError(
                "there is no preset and no file \"\(name)\"\(guess); the presets are \(names.joined(separator: ", "))")
        }
        let data = try known.map { Data($0.text.utf8) } ?? Data(WholeFile.bytes(of: name))
        let path = known == nil ? name : "preset \(name)"
        let advice =
            "`translation train --show-preset small` prints one to begin with; every key must be one of its keys."
        self = try JSONValue.strict(from: data, path: path, advice: advice)
        if let problem { throw FileError(path: path, problem: problem, advice: advice) }
    }
}
