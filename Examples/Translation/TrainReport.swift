import Foundation
import Gradus
import GradusData
import GradusModels
import GradusText
import GradusTraining

extension Train {
    /// The preset with what the flags change; a run of seconds has a small network.
    func adapted(_ original: Preset, _ size: RunSize) throws -> Preset {
        var preset = original
        if size == .smoke { preset.shrink() }
        try network.change(&preset)
        if let epochs { preset.training.epochs = epochs }
        if let batchSize { preset.training.batchSize = batchSize }
        if let learningRate { preset.training.learningRate = learningRate }
        if let problem = preset.problem { throw UsageError(problem) }
        return preset
    }

    /// The vocabularies of the files `PREFIX.en` and `PREFIX.de`, where the flags name such.
    func knownVocabularies(_ text: TranslationPipeline.Options) throws -> (VocabularyFile, VocabularyFile)? {
        guard let vocabulary else { return nil }
        guard let from = sentences.from, let to = sentences.to, text.merges == nil else {
            throw UsageError("--vocabulary needs --from and --to, and a preset without merges, which make their own")
        }
        return (try VocabularyFile("\(vocabulary).\(from)"), try VocabularyFile("\(vocabulary).\(to)"))
    }

    /// Prints what the run is, and what was left out of its sentences.
    func describe(
        _ experiment: Experiment, _ preset: Preset, _ corpus: Corpus, _ sets: [EvaluationSet],
        _ translator: Translator, _ batches: Int
    ) {
        let (training, validation) = (sets[0], sets[1])
        let mean = Double(training.pairs.tokenCount) / Double(max(1, training.pairs.count))
        let test = sets.count > 2 ? ", \(sets[2].text.count) for testing" : ""
        experiment.describe([
            "preset": "\(network.preset): \(preset.about)", "data": corpus.description,
            "sentences": "\(training.pairs.count) pairs for training, \(String(format: "%.1f", mean)) words each; "
                + "\(validation.text.count) for validation\(test)",
            "vocabularies": "\(translator.pipeline.source.vocabulary.count) and "
                + "\(translator.pipeline.target.vocabulary.count) words",
            "network": preset.network.description, "parameters": "\(translator.model.parameterCount)",
            "training": "\(preset.training.epochs) epochs of \(batches) batches",
        ])
        for remark in sets.flatMap(\.leftOut) { show(remark) }
    }

    /// Shows one of the sentences that were translated for an evaluation.
    func showExample(
        _ experiment: Experiment, _ step: Int, _ set: EvaluationSet, _ found: [[String]],
        _ pipeline: TranslationPipeline
    ) throws {
        let index = step * 7919 % set.text.count
        let example = """
              source       \(set.text.source[index])
              reference    \(set.text.target[index])
              translation  \(pipeline.target.text(of: found[index]))
            """
        experiment.say(example)
        try experiment.sample(example, step: step)
    }

    /// Draws the attention of a sentence, and BLEU by sentence length.
    func drawFigures(
        _ experiment: Experiment, _ translator: Translator, _ set: EvaluationSet, _ scores: TranslationScores
    ) throws {
        let source = set.sources.first { (7...16).contains($0.count) } ?? set.sources[0]
        if let best = translator.hypotheses(of: [source], SearchOptions())[0].first,
            let image = translator.attentionImage(of: best, source: source)
        {
            try AtomicFile.write(
                Data(image.svg().utf8), to: URL(fileURLWithPath: experiment.file("attention.svg")))
        }
        try LengthChart([("this translator", scores.byLength(set.sources))]).write(
            to: experiment.file("bleu-by-length.svg"))
    }
}

/// What a run with a preset as it is should reach, from recorded runs; nothing for runs that were not recorded.
struct Expected {
    var bleu: ClosedRange<Double>?
    var beamBLEU: ClosedRange<Double>?
    var exact: Double?

    init() {}

    init(_ preset: String, _ dataset: Dataset?, _ size: RunSize) {
        switch (preset, dataset) {
        case _ where size == .smoke: break
        case ("tiny", .phrases): exact = 0.95
        case ("small", .multi30k): (bleu, beamBLEU) = (31.5...34, 33.2...36)
        case ("captions", .multi30k): (bleu, beamBLEU) = (34.5...38, 36...39)
        default: break
        }
    }
}

/// The perplexity of an epoch's training so far: e to the mean loss of a word.
final class RunningPerplexity {
    private var sums = Sums()

    private struct Sums: Codable {
        var nats = 0.0
        var words = 0
    }

    func add(nats: Double, words: Int) {
        sums.nats += nats
        sums.words += words
    }

    func reset() { sums = Sums() }

    var value: Double { perplexity(loss: sums.nats, words: sums.words) }

    /// The sums as a part of a checkpoint.
    var part: CheckpointPart { .value(get: { self.sums }, set: { self.sums = $0 }) }
}
