import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining

/// One run: reads the images, trains, evaluates, draws.
struct TrainingRun {
    static let checkpointName = "checkpoint.safetensors"

    private let setup: TrainingSetup
    private let folder: RunFolder
    private let lock: RunLock
    private let trainer: Trainer<ImageClassifier, ImageBatch>
    private let averages: AveragedWeights?
    private let report: RunReport
    private let start = ProcessInfo.processInfo.systemUptime

    private var recipe: Recipe { setup.record.recipe }

    init(_ settings: TrainSettings) throws {
        Interrupt.watch()
        let checkpoint = "\(settings.out)/\(Self.checkpointName)"
        setup = try TrainingSetup(settings, checkpoint: checkpoint)
        let (record, recipe) = (setup.record, setup.record.recipe)
        let network = record.newNetwork()
        trainer = Trainer(
            network, recipe.newOptimizer(record.network.parameterGroups),
            random: RandomGenerator(seed: UInt64(record.seed))
        ) {
            recipe.loss($0, $1, $2)
        }
        if let path = setup.startingPoint { try trainer.resume(from: path) }
        let saved = trainer.state.averagedWeights
        averages = try recipe.averaging.map { decay in
            saved.isEmpty
                ? AveragedWeights(of: network, decay: decay)
                : try AveragedWeights(of: network, continuing: saved, decay: decay)
        }
        trainer.schedule = recipe.schedule(steps: recipe.epochs * setup.batches(epoch: 1, from: 0).count)
        folder = try RunFolder(settings.out)
        lock = try RunLock(folder)
        report = try RunReport(
            folder, keepingBytes: setup.startingPoint == nil ? 0 : record.logLength, after: trainer.state.step,
            interval: record.size == .smoke ? 1 : 10)
    }

    func run() throws {
        var record = setup.record
        setup.describe(trainer.model, batches: setup.batches(epoch: 1, from: 0).count, at: trainer.state)
        // From the first step on the folder holds this run, and --resume cannot take up an older one.
        if setup.startingPoint == nil { try save(record) }
        try PreparedImages(setup).draw(into: folder)
        let evaluator = Evaluator(setup.data.test, through: setup.judging)
        while trainer.state.epoch <= recipe.epochs {
            try trainEpoch(record)
            try tell(withEvaluatedWeights { evaluator.evaluation(on: trainer.model) }, &record)
            trainer.finishEpoch()
            try save(record)
        }
        try withEvaluatedWeights { try finish(evaluator.evaluation(on: trainer.model), record) }
    }

    private func trainEpoch(_ record: RunRecord) throws {
        let epoch = trainer.state.epoch
        let batches = setup.batches(epoch: epoch, from: trainer.state.batch)
        for batch in batches {
            let loss = try trainer.step(batch)
            averages?.update(from: trainer.model, decay: averageDecay)
            let step = trainer.state.step
            try report.step(
                step, [("loss", loss), ("rate", trainer.optimizer.learningRate)],
                ProgressLine.Status(
                    epoch: epoch, epochs: recipe.epochs, batch: trainer.state.batch, batches: batches.count,
                    batchSize: recipe.batchSize, figures: [("loss", trainer.meanLoss)]))
            if Interrupt.isRequested {
                try save(record)
                report.progress.say("")
                throw Interrupted(checkpoint: folder.file(Self.checkpointName))
            }
            if step % 200 == 0 { try save(record) }
        }
    }

    /// The averages begin with little memory, so that the weights of the first steps are soon forgotten.
    private var averageDecay: Float? {
        recipe.averaging.map { min($0, Float(1 + trainer.state.step) / Float(10 + trainer.state.step)) }
    }

    /// Runs `body` with the averaged weights in the network, if there are any.
    private func withEvaluatedWeights<R>(_ body: () throws -> R) rethrows -> R {
        try averages.map { try $0.withAverages(in: trainer.model, body) } ?? body()
    }

    private func tell(_ evaluation: Evaluator.Evaluation, _ record: inout RunRecord) throws {
        let (epoch, step) = (trainer.state.epoch, trainer.state.step)
        let accuracy = evaluation.matrix.accuracy
        record.evaluations.append(.init(epoch: epoch, step: step, accuracy: accuracy, loss: evaluation.loss))
        report.progress.say(
            String(
                format: "epoch %d/%d: mean loss %.4f, test loss %.4f, test accuracy %.2f %%", epoch, recipe.epochs,
                trainer.meanLoss, evaluation.loss, 100 * accuracy))
        try report.log.write(
            "epoch",
            [
                "epoch": .integer(epoch), "step": .integer(step), "mean_loss": .number(trainer.meanLoss),
                "test_loss": .number(evaluation.loss), "test_accuracy": .number(accuracy),
            ])
        try report.board.scalar("test/accuracy", Float(accuracy), step: step)
        try report.board.scalar("test/loss", Float(evaluation.loss), step: step)
    }

    private func save(_ record: RunRecord) throws {
        var record = record
        record.logLength = report.log.length
        record.seconds = seconds
        for (key, value) in try record.notes() { trainer.note(key, value) }
        trainer.keep(
            setup.fitted.kept.merging(TrainingState.averages(averages?.values ?? [:])) { $1 })
        try trainer.save(to: folder.file(Self.checkpointName))
    }

    private var seconds: Double { setup.record.seconds + ProcessInfo.processInfo.systemUptime - start }

    private func finish(_ evaluation: Evaluator.Evaluation, _ record: RunRecord) throws {
        try RunImages(folder, setup.data).draw(trainer.model, evaluation, record)
        try trainer.model.save(to: folder.file("model.safetensors"))
        try RunResult([
            RunResult.Figure(
                "test_accuracy", evaluation.matrix.accuracy,
                atLeast: Expectations.accuracy(record, images: setup.data.training.count), unit: "%"),
            RunResult.Figure("test_loss", evaluation.loss),
            RunResult.Figure("seconds", seconds, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ]).report(to: report.log)
        folder.listFiles()
    }
}
