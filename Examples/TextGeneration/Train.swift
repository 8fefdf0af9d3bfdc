import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// Teaches a recurrent network to predict the next character of a text (Karpathy's char-rnn).
struct Train: TrainingCommand {
    static let name = "train"
    static let summary =
        "learns to predict the next character of a text, and then writes in its manner. It is the network "
        + "of char-rnn and of \"The Unreasonable Effectiveness of Recurrent Neural Networks\"; chapter 07 explains it."
    static let examples = [
        CommandExample("", "learn from Shakespeare, or from the text that is there; about a minute"),
        CommandExample("train --data book.txt --cell gru", "learn from a text of yours"),
        CommandExample("sample --prime \"ROMEO:\" --length 500", "let the network write"),
    ]

    // The text, and how it is cut.
    let source = SourceFlags()
    @Flag("streams of text that are read in parallel", 1...10_000, smoke: 10) var batchSize = 50
    @Flag("characters through which gradients go back", 1...10_000, smoke: 25) var steps = 50
    @Flag("share of the text that is held out", 0...0.99) var heldOut = 0.05
    @Flag("what is held out: the end of each stream, or of the text") var split = TextSplit.streams
    @Flag("rarer characters become unknown", 1...1_000_000) var minimumCount = 1

    // The network.
    @Flag("the kind of recurrent layers") var cell = RecurrentKind.lstm
    @Flag("numbers in the state of a layer", 1...4096, smoke: 32) var units = 128
    @Flag("recurrent layers", 1...16) var layers = 2
    @Flag("learn a vector of so many numbers for each character; one-hot without", 1...4096) var embedding: Int?
    @Flag("score characters by their embeddings") var tied = false
    @Flag("share that is dropped after each layer", 0...0.99) var dropout = 0.0

    // The optimization.
    @Flag(
        "passes over the text; by default as many as make 2,500 steps", 1...10_000, onResume: true, smoke: 2, full: 50)
    var epochs: Int?
    @Flag("what changes the weights") var optimizer = OptimizerKind.rmsprop
    @Flag("step size", above: 0, onResume: true) var learningRate: Float = 2e-3
    @Flag("how the step size falls") var schedule = ScheduleKind.decay
    @Flag("factor of the step size for each epoch", above: 0) var decay: Float = 0.97
    @Flag("the epoch after which it falls first", 1...10_000) var decayFrom = 10
    @Flag("largest element of a gradient", above: 0) var clip: Float = 5
    @Flag("evaluate and keep averaged weights of this decay", 0...0.99999) var averaging: Float?
    @Flag("begin with the network of a checkpoint", placeholder: "FILE") var initFrom: String?

    func prepare() throws {
        // A run that begins with another run's network takes over its settings, and continues at its last step size.
        if let other = initFrom.flatMap({ try? Checkpoint(contentsOf: $0) }), let run = try? other.run {
            try inheritDefaults(from: run.settings, except: "data", "dataset", "epochs", "init-from", "learning-rate")
            if let rate = other.learningRate(of: Checkpoint.model) { $learningRate.setDefault(rate) }
        }
        if tied && (embedding ?? units) != units {
            throw UsageError("a tied output needs an embedding as long as the state: \(units), not \(embedding!)")
        }
    }

    func run(_ experiment: Experiment) throws {
        // The text: characters in numbers, cut into streams; their last part is held out.
        let start = try experiment.folder.isResumed ? nil : initFrom.map { try CharacterNetwork($0) }
        let text = try source.load(experiment.size)
        let alphabet =
            try experiment.stored("alphabet") ?? start?.alphabet ?? text.alphabet(minimumCount: minimumCount)
        let tokens = try text.tokens(alphabet)
        let cut = TextCut(streams: batchSize, steps: steps, split: split, heldOut: heldOut)
        let (training, validation) = try cut.parts(of: tokens, text.source)
        let epochs = epochs ?? max(1, (2500 + training.count / 2) / training.count)

        // The network predicts each character from those before it.
        let model = experiment.seeded {
            CharacterModel(
                vocabulary: alphabet.count, cell: cell, units: units, layers: layers,
                embedding: embedding ?? (tied ? units : nil), tiesOutput: tied, dropout: dropout)
        }
        let learner = Learner(
            model,
            optimizer == .adam
                ? Adam(learningRate: learningRate) : RMSprop(learningRate: learningRate, smoothing: 0.95),
            schedule: rates(epochs * training.count, training.count), clipValue: clip, averaging: averaging,
            divergenceFactor: 3)
        // Each batch continues the streams of the one before, so the state is carried over.
        let carried = CarriedState()
        let trainer = Trainer<TextBatch>(learner, random: experiment.random) { model, batch, pass in
            let (logits, next) = model(batch.inputs, state: carried.state, pass)
            carried.state = next.detached()
            return softmaxCrossEntropy(logits, batch.targets)
        }
        experiment.hooks.afterEpoch.append { _ in carried.state = nil }
        experiment.keep("state", .recurrentState(carried))
        experiment.keep("alphabet", alphabet)
        experiment.keep("text", text.record(cut))
        if let start {
            try trainer.start(from: start.path, takingPosition: start.text == text.record(cut))
        }

        // At growing intervals the network shows what it can write.
        let writer = { TextWriter(model, alphabet).sample($0, temperature: 0.8, seed: UInt64(experiment.seed)) }
        trainer.hooks.afterStep.append { step in
            guard isMilestone(step) else { return }
            let sample = trainer.withAverages { writer(300) }
            experiment.print("after \(step) steps it writes:\n\(indented(sample))\n")
            try experiment.sample(sample, step: step)
        }
        describe(experiment, text, alphabet, training, validation, model, epochs)
        var plan = Experiment.Plan(epochs: epochs, batches: training.count, batchSize: batchSize * steps)
        (plan.keep, plan.fingerprint) = (.lowest, text.fingerprint)
        (plan.evaluateEvery, plan.evaluatesAtStart) = (training.count > 1500 ? 1000 : nil, initFrom != nil)
        try experiment.train(trainer, plan) { _, first in
            training.from(first)
        } evaluate: {
            let nats = heldOutLoss(model, validation)
            return [
                Metric("validation_nats_per_character", nats, unit: "nats"),
                Metric("validation_bits_per_character", bits(nats), unit: "bits"),
            ]
        }

        // The network that was best on the held-out text, and a model that counts what follows five characters.
        show("\nthe best network, of step \(experiment.best?.step ?? 0), writes:\n\(indented(writer(500)))")
        let shown = Array(validation.rows.flatMap { $0.dropLast() }.prefix(600))
        try PredictionPage(model, alphabet, shown).write(to: experiment.file("predictions.html"))
        let counted = NGramModel(training.rows, vocabulary: alphabet.count, order: 6).crossEntropies(
            of: validation.rows)
        let nats = experiment.best?["validation_nats_per_character"] ?? .nan
        try experiment.finish([
            Metric(
                "validation_nats_per_character", nats, unit: "nats",
                expected: expected(experiment, text, steps: epochs * training.count)),
            Metric("validation_bits_per_character", bits(nats), unit: "bits"),
            Metric("ngram_nats_per_character", counted[5], unit: "nats"),
        ])
    }

    /// The step size of each step.
    private func rates(_ all: Int, _ epoch: Int) -> Schedule {
        let (rate, decay, first) = (learningRate, decay, decayFrom)
        return switch schedule {
        case .decay: Schedule { rate * pow(decay, Float(max(0, $0 / epoch + 1 - first))) }
        case .cosine: .cosine(from: rate, to: rate / 100, steps: all)
        }
    }
}
