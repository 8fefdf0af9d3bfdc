import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// One run: computes the features, teaches the head, then the rest, and shows what came of it.
struct FineTuneRun {
    private let setup: FineTuneSetup
    private let folder: RunFolder
    private let transfer: TransferNetwork
    /// Teaches the last layer, then another one all layers; each has an optimizer and a position of its own.
    private let head: Trainer<ImageClassifier, Lesson>
    private let whole: Trainer<ImageClassifier, Lesson>
    private let report: RunReport
    /// Steps that were done before this start.
    private let firstStep: Int
    private let start = ProcessInfo.processInfo.systemUptime
    static let checkpointName = "checkpoint.safetensors"

    private var recipe: FineTuneRecipe { setup.recipe }

    init(_ settings: FineTuneSettings) throws {
        Interrupt.watch()
        let checkpoint = "\(settings.out)/\(Self.checkpointName)"
        setup = try FineTuneSetup(settings, checkpoint: checkpoint)
        transfer = try setup.pretrained()
        head = Lesson.adamTrainer(transfer, seed: setup.recipe.seed)
        whole = Lesson.descentTrainer(transfer, seed: setup.recipe.seed)
        if setup.isResuming { try (setup.record.isWhole ? whole : head).resume(from: checkpoint) }
        folder = try RunFolder(settings.out)
        firstStep = setup.record.isWhole ? Self.headSteps(setup) + whole.state.step : head.state.step
        report = try RunReport(
            folder, keepingBytes: setup.isResuming ? setup.record.logLength : 0, after: firstStep,
            interval: setup.record.isSmoke ? 1 : 10)
    }

    /// Batches of an epoch in which the head learns, from images and their mirror images.
    private static func headBatches(_ setup: FineTuneSetup) -> Int {
        let images = setup.data.training.count * (setup.recipe.mirrors ? 2 : 1)
        return (images + setup.recipe.batchSize - 1) / setup.recipe.batchSize
    }

    private static func headSteps(_ setup: FineTuneSetup) -> Int { setup.recipe.headEpochs * headBatches(setup) }

    func run() throws {
        setup.describe(transfer)
        if firstStep > 0 { show("continuing at step \(firstStep)\n") }
        var record = setup.record
        if !setup.isResuming { try save(record) }
        let cache = try features()
        try learnHead(cache, &record)
        try learnWhole(&record)
        if !recipe.curve.isEmpty {
            let curve = AccuracyCurve(setup, cache, report, checkpoint: folder.file(Self.checkpointName))
            try curve.measure(&record) { try save($0) }
        }
        try finish(record)
    }

    /// What the frozen part makes of the images to learn from, of their mirror images, and of the test images.
    private func features() throws -> FeatureCache {
        // The trunk of a run that goes on may have learned already; the features are those of the pretrained one.
        let pretrained = setup.record.isWhole ? try setup.pretrained() : transfer
        show("what the pretrained network sees in the images:")
        let line = ProgressText(1)
        return try FeatureCache(pretrained, setup.data, mirrors: recipe.mirrors) { done, all in
            line.show(done, of: all)
            if Interrupt.isRequested { throw Interrupted(checkpoint: folder.file(Self.checkpointName)) }
        }
    }

    private func learnHead(_ cache: FeatureCache, _ record: inout FineTuneRecord) throws {
        guard !record.isWhole else { return }
        transfer.freezeTrunk()
        head.schedule = .cosine(from: recipe.headRate, steps: Self.headSteps(setup))
        while head.state.epoch <= recipe.headEpochs {
            let seed = recipe.seed &* 1000 &+ head.state.epoch
            for batch in cache.training.batches(of: recipe.batchSize, seed: seed, from: head.state.batch) {
                let loss = try head.step(.features(batch))
                // These epochs are over in a moment; a line for each is enough.
                try report.step(head.state.step, [("loss", loss), ("rate", head.optimizer.learningRate)], nil)
                try stopIfAsked(record)
            }
            try tell(head, epoch: head.state.epoch, transfer.accuracy(on: cache.validation), &record)
        }
    }

    private func learnWhole(_ record: inout FineTuneRecord) throws {
        guard recipe.wholeEpochs > 0 else { return }
        transfer.thaw(recipe)
        record.isWhole = true
        let images = setup.data.training
        let batches = (images.count + recipe.batchSize - 1) / recipe.batchSize
        whole.schedule = .cosine(from: recipe.wholeRate, steps: recipe.wholeEpochs * batches)
        while whole.state.epoch <= recipe.wholeEpochs {
            let epoch = recipe.headEpochs + whole.state.epoch
            let mixed = images.shuffled(seed: recipe.seed &* 1000 &+ epoch)
            for batch in mixed.batches(
                of: recipe.batchSize, through: transfer.augmentation, seed: recipe.seed, epoch: epoch,
                from: whole.state.batch)
            {
                let loss = try whole.step(.images(batch))
                try report.step(
                    Self.headSteps(setup) + whole.state.step,
                    [("loss", loss), ("rate", whole.optimizer.learningRate)],
                    ProgressLine.Status(
                        epoch: epoch, epochs: recipe.epochs, batch: whole.state.batch, batches: batches,
                        batchSize: batch.labels.count, figures: [("loss", whole.meanLoss)]))
                try stopIfAsked(record)
            }
            try tell(whole, epoch: epoch, transfer.evaluation(on: setup.data.validation).accuracy, &record)
        }
    }

    private func stopIfAsked(_ record: FineTuneRecord) throws {
        guard Interrupt.isRequested else { return }
        try save(record)
        report.progress.say("")
        throw Interrupted(checkpoint: folder.file(Self.checkpointName))
    }

    /// Ends an epoch: says and keeps what held-out images show.
    private func tell(
        _ trainer: Trainer<ImageClassifier, Lesson>, epoch: Int, _ accuracy: Double, _ record: inout FineTuneRecord
    ) throws {
        let step = record.isWhole ? Self.headSteps(setup) + trainer.state.step : trainer.state.step
        record.accuracies.append(accuracy)
        if record.isWhole || epoch <= 3 || epoch % 5 == 0 || epoch == recipe.headEpochs {
            report.progress.say(
                String(
                    format: "epoch %d/%d, %@: mean loss %.4f, validation accuracy %.2f %%", epoch, recipe.epochs,
                    record.isWhole ? "all layers" : "new layer", trainer.meanLoss, 100 * accuracy))
        }
        try report.log.write(
            "epoch",
            [
                "epoch": .integer(epoch), "step": .integer(step),
                "learning": .text(record.isWhole ? "whole" : "head"), "mean_loss": .number(trainer.meanLoss),
                "validation_accuracy": .number(accuracy),
            ])
        try report.board.scalar("validation/accuracy", Float(accuracy), step: step)
        trainer.finishEpoch()
        // The head's epochs take a moment each; the whole network need not be written after every one.
        if record.isWhole || epoch == recipe.headEpochs || epoch % 10 == 0 { try save(record) }
    }

    private func save(_ record: FineTuneRecord) throws {
        var record = record
        record.logLength = report.log.length
        record.seconds = seconds
        let trainer = record.isWhole ? whole : head
        trainer.note(FineTuneRecord.key, try record.note())
        try trainer.save(to: folder.file(Self.checkpointName))
    }

    private var seconds: Double { setup.record.seconds + ProcessInfo.processInfo.systemUptime - start }

    private func finish(_ record: FineTuneRecord) throws {
        let evaluation = transfer.evaluation(on: setup.data.validation)
        try FineTuneImages(setup, transfer, record).draw(evaluation, in: folder)
        let metadata = ["format": "gradus", FineTuneRecord.key: try record.note()]
        try SafeTensors(tensors: transfer.network.namedTensors, metadata: metadata)
            .write(to: URL(fileURLWithPath: folder.file("model.safetensors")))
        var figures = [RunResult.Figure("validation_accuracy", evaluation.accuracy, unit: "%")]
        if recipe.wholeEpochs > 0, record.accuracies.count >= recipe.headEpochs {
            figures.append(
                RunResult.Figure("head_accuracy", record.accuracies[recipe.headEpochs - 1], unit: "%"))
        }
        figures += [
            RunResult.Figure("seconds", seconds, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ]
        try RunResult(figures).report(to: report.log)
        setup.data.showSkipped()
        folder.listFiles()
    }
}
