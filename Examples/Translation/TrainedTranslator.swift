import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// The flags that name a trained network.
struct NetworkFlags: FlagGroup {
    @Flag("the folder of the run", placeholder: "FOLDER") var out = RunFolder.latest("translation")
    @Flag("a file with the network; by default the run's model.safetensors", placeholder: "FILE") var checkpoint:
        String?

    func load() throws -> TrainedTranslator { try TrainedTranslator(checkpoint ?? "\(out)/model.safetensors") }

    /// Where results go: the run's folder, or that of the file.
    func folder() throws -> OutputFolder {
        guard let checkpoint, !$out.isGiven else { return try OutputFolder(out) }
        return try OutputFolder(URL(fileURLWithPath: checkpoint).deletingLastPathComponent().path)
    }
}

/// The flags that change the search of a preset.
struct SearchFlags: FlagGroup {
    @Flag("0 for none, 1 to compare means; by default the preset's", 0...10) var lengthPenalty: Float?
    @Flag("what a word that is never attended to costs; by default the preset's", 0...10) var coveragePenalty: Float?
    @Flag(
        "translate lines of more words in parts; by default 200, or 4 times the longest sentence of the training",
        1...10_000) var maxLength: Int?

    func options(_ preset: SearchOptions, width: Int?) -> SearchOptions {
        var options = preset
        options.width = width ?? options.width
        options.lengthPenalty = lengthPenalty ?? options.lengthPenalty
        options.coveragePenalty = coveragePenalty ?? options.coveragePenalty
        return options
    }
}

/// A translator that was trained, with what its run says about it.
struct TrainedTranslator {
    let translator: Translator
    let preset: Preset
    /// Where its sentences came from.
    let sentences: SentenceSource
    let step: Int
    let path: String

    /// The network of a file.
    ///
    /// - Throws: `FileError` when there is none, or something is wrong with it.
    init(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path, problem: "is not there",
                advice: "Train first, or name a run with --out or a file with --checkpoint.")
        }
        self.path = path
        let checkpoint = try Checkpoint(contentsOf: path)
        (preset, sentences) = (try checkpoint.value("preset"), try checkpoint.value("sentences"))
        step = try checkpoint.value("step")
        let pipeline: TranslationPipeline = try checkpoint.value("text")
        guard [pipeline.source, pipeline.target].allSatisfy(\.vocabulary.isForTranslation) else {
            throw FileError(
                path: path,
                problem: "is damaged: its vocabularies do not begin with \(SpecialToken.all.joined(separator: " "))")
        }
        let model: any TranslationModel =
            try preset.network.transformer == nil ? checkpoint.model(Seq2Seq.self) : checkpoint.model(Transformer.self)
        let sizes = [model.sourceEmbedding, model.targetEmbedding].map { $0.weight.stored.shape[0] }
        guard sizes == [pipeline.source, pipeline.target].map(\.vocabulary.count) else {
            throw FileError(path: path, problem: "is damaged: its vocabularies and its network differ in size")
        }
        translator = Translator(model: model, pipeline: pipeline)
    }

    /// Whether the network attends to the source, so that a word of it can stand for an unknown one.
    var attends: Bool { (translator.model as? Seq2Seq)?.options.attention != nil || translator.model is Transformer }
}
