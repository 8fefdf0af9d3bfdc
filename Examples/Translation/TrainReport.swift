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
        if size == .smoke {
            preset.network.limit(to: 160)
            preset.text.merges = preset.text.merges.map { min($0, 500) }
        }
        try network.change(&preset)
        if let epochs { preset.training.epochs = epochs }
        if let batchSize { preset.training.batchSize = batchSize }
        if let learningRate { preset.training.learningRate = learningRate }
        if let problem = preset.problem { throw UsageError(problem) }
        return preset
    }

    /// Where the sentences come from: as the flags say, as the run to resume found them, or as the preset suggests.
    func source(_ experiment: Experiment) throws -> SentenceSource {
        let own = sentences.source
        return try (own.isEmpty ? experiment.stored("sentences") : nil)
            ?? own.completed(usesPhrases: network.isDefault)
    }

    /// The pipelines that sentences give, with the vocabularies of files where the flags name such.
    func newPipeline(_ options: TranslationPipeline.Options, _ text: ParallelText) throws -> TranslationPipeline {
        guard let vocabulary else {
            let pipeline = TranslationPipeline(learning: text, options)
            for side in [pipeline.source, pipeline.target] where side.vocabulary.count <= SpecialToken.all.count {
                throw UsageError(
                    "no word is known: none occurs \(options.minimumCount) times, or the vocabulary has room for none; "
                        + "choose a preset with a smaller \"minimumCount\"")
            }
            return pipeline
        }
        guard let from = sentences.from, let to = sentences.to, options.merges == nil else {
            throw $vocabulary.error("needs --from and --to, and a preset without merges, which make their own")
        }
        let files = try [from, to].map { try VocabularyFile("\(vocabulary).\($0)") }
        for warning in files.compactMap(\.warning) { show(warning) }
        return TranslationPipeline(
            learning: text, options, known: (source: files[0].vocabulary, target: files[1].vocabulary))
    }

    /// Prints the sentences, the network and the settings of a run, and which sentences were left out.
    func describe(
        _ experiment: Experiment, _ preset: Preset, _ data: String, _ sets: [TranslationSet], _ translator: Translator
    ) {
        let pairs = sets[0].pairs
        let mean = Double(pairs.tokenCount) / Double(max(1, pairs.count))
        let test = sets.count > 2 ? ", \(sets[2].text.count) for testing" : ""
        let vocabularies = [translator.pipeline.source, translator.pipeline.target].map { "\($0.vocabulary.count)" }
        experiment.describe([
            "preset": "\(network.preset): \(preset.about)", "data": data,
            "sentences": "\(pairs.count) pairs for training, \(String(format: "%.1f", mean)) words each; "
                + "\(sets[1].text.count) for validation\(test)",
            "vocabularies": "\(vocabularies.joined(separator: " and ")) words", "network": "\(preset.network)",
            "parameters": "\(translator.model.parameterCount)",
            "training": "\(preset.training.epochs) epochs in batches of \(preset.training.batchSize)",
        ])
        for remark in sets.flatMap(\.leftOut) { show(remark) }
    }

    /// Shows one of the sentences that were translated for an evaluation.
    func showExample(
        _ experiment: Experiment, _ step: Int, _ set: TranslationSet, _ found: [[String]],
        _ pipeline: TranslationPipeline
    ) throws {
        let index = step * 7919 % set.text.count
        let example = """
              source       \(set.text.source[index])
              reference    \(set.text.target[index])
              translation  \(pipeline.target.text(of: found[index]))
            """
        experiment.print(example)
        try experiment.sample(example, step: step)
    }

    /// Draws the attention of a sentence, and BLEU by sentence length.
    func drawFigures(
        _ experiment: Experiment, _ translator: Translator, _ set: TranslationSet, _ scores: TranslationScores
    ) throws {
        let source = set.sources.first { (7...16).contains($0.count) } ?? set.sources[0]
        if let best = translator.hypotheses(of: [source], SearchOptions())[0].first,
            let image = translator.attentionImage(of: best, source: source)
        {
            try experiment.write(image.svg(), to: "attention.svg")
        }
        let chart = LengthChart(curves: [("this translator", scores.byLength(set.sources))])
        try experiment.write(chart.svg, to: "bleu-by-length.svg")
    }
}

/// BLEU, BLEU with a beam, and the share of exact sentences that a run with a preset as it is should reach, from recorded
/// runs; nil for other runs.
typealias Expected = (bleu: ClosedRange<Double>?, beamBLEU: ClosedRange<Double>?, exact: Double?)

func expectation(_ preset: String, _ dataset: Dataset?) -> Expected {
    switch (preset, dataset) {
    case ("tiny", .phrases): (nil, nil, 0.95)
    case ("small", .multi30k): (31.5...34, 33.2...36, nil)
    case ("captions", .multi30k): (34.5...38, 36...39, nil)
    default: (nil, nil, nil)
    }
}

/// The perplexity of an epoch's training so far: e to the mean loss of a word.
final class RunningPerplexity {
    private var nats = 0.0
    private var words = 0

    func add(nats: Double, words: Int) { (self.nats, self.words) = (self.nats + nats, self.words + words) }

    func reset() { (nats, words) = (0, 0) }

    var value: Double { perplexity(loss: nats, words: words) }

    /// The sums as a part of a checkpoint.
    var part: CheckpointPart {
        .value(
            get: { [self.nats, Double(self.words)] }, set: { (self.nats, self.words) = ($0[0], Int($0[1])) },
            isPossible: { $0.count == 2 && $0.allSatisfy { (0..<1e15).contains($0) } })
    }
}
