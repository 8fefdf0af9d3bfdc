import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// Teaches an encoder and a decoder to translate sentences (Luong, Brevdo & Zhao 2017; Vaswani et al. 2017).
struct Train: TrainingCommand {
    static let name = "train"
    static let summary =
        "learns to translate from pairs of sentences. An encoder reads a sentence; a decoder writes its "
        + "translation and attends to the source at every word; chapters 09 and 10 explain it step by step. Without flags "
        + "it learns phrases that a grammar generates, in about a minute. With --full it does tensorflow/nmt's own "
        + "experiment on the texts that `make data` got, and other presets take those texts too: that takes hours."
    static let examples = [
        CommandExample("", "learn the generated phrases; about a minute"),
        CommandExample("train --preset small --dataset multi30k", "captions of images, English to German"),
        CommandExample("train --data texts/train --from en --to fr", "learn from texts/train.en and texts/train.fr"),
    ]

    // What learns, and from what.
    let network = PresetFlags()
    let sentences = SentenceFlags()
    @Flag("files of words, one on a line; by default the words of the sentences", placeholder: "PREFIX")
    var vocabulary: String?

    // The optimization.
    @Flag("passes over the sentences; by default the preset's", 1...100_000, onResume: true, smoke: 2) var epochs: Int?
    @Flag("the most steps", 1...100_000_000, onResume: true) var steps: Int?
    @Flag("pairs of sentences in a batch; by default the preset's", 1...100_000, smoke: 16) var batchSize: Int?
    @Flag("step size; by default the preset's", above: 0, onResume: true) var learningRate: Float?
    @Flag("steps between evaluations; by default an epoch", 1...100_000_000, onResume: true) var evaluateEvery: Int?

    func prepare() throws { try network.prepare() }

    func run(_ experiment: Experiment) throws {
        // The preset says what the network is, how text becomes tokens, and how both are trained.
        let original = try experiment.stored("preset") ?? network.load()
        let preset = try adapted(original, experiment.size)
        let settings = preset.training

        // Pairs of sentences: those to learn from, to choose the best network by, and to test it on.
        let source = try source(experiment)
        let all = try source.load()
        let corpus = experiment.size == .smoke ? all.first(200, forEvaluation: 20) : all
        let pipeline = try experiment.stored("text") ?? newPipeline(preset.text, corpus.training)
        let training = try TranslationSet(corpus.training, pipeline)
        let validation = try TranslationSet(corpus.validation, pipeline)
        let test = try corpus.test.map { try TranslationSet($0, pipeline) }
        func batches(_ epoch: Int) -> PairBatches {
            training.pairs.batches(
                of: settings.batchSize, grouping: settings.pairGrouping, seed: experiment.seed(epoch))
        }
        let count = batches(1).count

        // Teacher forcing: the decoder reads the right words, and is to predict the next one at every position.
        let model = experiment.seeded {
            preset.network.model(
                sourceVocabulary: pipeline.source.vocabulary.count, targetVocabulary: pipeline.target.vocabulary.count)
        }
        let perplexity = RunningPerplexity()
        let trainer = trainer(of: model, settings, steps: settings.epochs * count, perplexity, experiment.random)
        experiment.hooks.afterEpoch.append { _ in perplexity.reset() }
        experiment.keep("preset", original)
        experiment.keep("sentences", source)
        experiment.keep("text", pipeline)
        experiment.keep("step", .value(get: { trainer.position.step }, set: { _ in }), isInModel: true)
        experiment.keep("perplexity", perplexity.part)
        let translator = Translator(model: model, pipeline: pipeline)
        describe(
            experiment, preset, corpus.description, [training, validation] + (test.map { [$0] } ?? []), translator)

        // BLEU of greedy translations decides which network is kept.
        var plan = Experiment.Plan(
            epochs: settings.epochs, batches: count, batchSize: training.pairs.tokenCount / count)
        (plan.steps, plan.unit, plan.keep, plan.evaluateEvery) = (steps, "words", .highest, evaluateEvery)
        plan.fingerprint = [training, validation].map(\.pairs.fingerprint).joined()
        try experiment.train(trainer, plan) { epoch, first in
            batches(epoch).from(first)
        } evaluate: {
            let found = translator.translations(of: validation.sources)
            try showExample(experiment, trainer.position.step, validation, found, pipeline)
            let scores = validation.scores(found)
            var metrics = [
                Metric("validation_bleu", scores.bleu.score), Metric("validation_exact", scores.exact, unit: "%"),
                Metric("validation_perplexity", translator.perplexity(of: validation.pairs)),
                Metric("perplexity", perplexity.value),
            ]
            if let test {
                let scores = test.scores(translator.translations(of: test.sources))
                metrics.append(Metric("test_bleu", scores.bleu.score))
            }
            return metrics
        }

        // The best network on sentences that it has not learned from, greedily and with a beam.
        let (scored, part) = (test ?? validation, test == nil ? "validation" : "test")
        let greedy = scored.scores(translator.translations(of: scored.sources))
        let beam = scored.scores(translator.translations(of: scored.sources, preset.search))
        try drawFigures(experiment, translator, scored, greedy)
        let isRecorded = preset == original && experiment.size != .smoke && steps == nil
        let expected = expectation(isRecorded ? network.preset : "", source.dataset)
        try experiment.finish([
            Metric("\(part)_bleu", greedy.bleu.score, expected: expected.bleu),
            Metric("\(part)_bleu_beam_\(preset.search.width)", beam.bleu.score, expected: expected.beamBLEU),
            Metric("\(part)_exact", greedy.exact, unit: "%", atLeast: expected.exact),
            Metric("validation_perplexity", experiment.best?["validation_perplexity"] ?? .nan),
        ])
    }

    /// The loop's step: the loss of a batch of pairs, and what follows from its gradient.
    private func trainer<Model: TranslationModel>(
        of model: Model, _ settings: Preset.Training, steps: Int, _ perplexity: RunningPerplexity,
        _ random: RandomGenerator
    ) -> Trainer<PairBatch> {
        let learner = Learner(
            model, settings.newOptimizer(), schedule: settings.rate.schedule(settings.learningRate, steps: steps),
            clipNorm: settings.clip, averaging: settings.averaging)
        let trainer = Trainer<PairBatch>([(Checkpoint.model, learner)], random: random) { batch, pass in
            let divisor = settings.loss == .perWord ? batch.targetWords : batch.count
            let loss = try learner.minimize {
                model.totalLoss(batch, smoothing: settings.smoothing, pass) / Float(max(1, divisor))
            }
            perplexity.add(nats: Double(loss) * Double(divisor), words: batch.targetWords)
            return [
                ("loss", loss), ("perplexity", Float(perplexity.value)), ("gradient_norm", learner.gradientNorm),
                ("rate", learner.optimizer.learningRate),
            ]
        }
        // Each length of sentences leaves memory blocks of its own sizes; 1.5 GiB of them may wait for the next.
        trainer.hooks.afterStep.append { _ in if Memory.bytesKept > 3 << 29 { Memory.trim() } }
        return trainer
    }
}
