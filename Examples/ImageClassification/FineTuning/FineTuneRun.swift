import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// One run: computes the features, teaches the head, then the rest, and shows what came of it.
struct FineTuneRun {
    private let setup: FineTuneSetup
    private let folder: RunFolder
    private let transfer: TransferNetwork
    private let trainer: Trainer<Learner, Lesson>
    private let report: RunReport
    private let start = ProcessInfo.processInfo.systemUptime
    static let checkpointName = "checkpoint.safetensors"

    private var recipe: FineTuneRecipe { setup.recipe }

    init(_ settings: FineTuneSettings) throws {
        Interrupt.watch()
        let checkpoint = "\(settings.out)/\(Self.checkpointName)"
        setup = try FineTuneSetup(settings, checkpoint: checkpoint)
        transfer = try setup.pretrained()
        trainer = Lesson.trainer(transfer, seed: setup.recipe.seed)
        if setup.isResuming { try trainer.resume(from: checkpoint) }
        folder = try RunFolder(settings.out)
        report = try RunReport(
            folder, keepingBytes: setup.isResuming ? setup.record.logLength : 0, after: trainer.state.step,
            interval: setup.record.isSmoke ? 1 : 10)
    }

    func run() throws {
        setup.describe(transfer, at: trainer.state)
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

    /// What the frozen part makes of the pictures to learn from, of their mirror images, and of those to judge by.
    private func features() throws -> FeatureCache {
        // The trunk of a run that goes on may have learned already; the features are those of the pretrained one.
        let pretrained = trainer.state.epoch > recipe.headEpochs ? try setup.pretrained() : transfer
        show("what the pretrained network sees in the pictures:")
        let line = WorkLine(1)
        return try FeatureCache(pretrained, setup.data, mirrors: recipe.mirrors) { done, all in
            line.show(done, of: all)
            if Interrupt.isRequested { throw Interrupted(checkpoint: folder.file(Self.checkpointName)) }
        }
    }

    private func learnHead(_ cache: FeatureCache, _ record: inout FineTuneRecord) throws {
        transfer.freezeTrunk()
        let set = cache.training
        let batches = (set.count + recipe.batchSize - 1) / recipe.batchSize
        trainer.schedule = .cosine(from: recipe.headRate, steps: recipe.headEpochs * batches)
        while trainer.state.epoch <= recipe.headEpochs {
            let seed = recipe.seed &* 1000 &+ trainer.state.epoch
            for batch in set.batches(of: recipe.batchSize, seed: seed, from: trainer.state.batch) {
                try step(.features(batch), of: batches, batch.count, record)
            }
            try tell("head", transfer.accuracy(on: cache.validation), &record)
        }
    }

    private func learnWhole(_ record: inout FineTuneRecord) throws {
        guard recipe.wholeEpochs > 0 else { return }
        transfer.thaw(recipe)
        // Adam's memory of the head alone says nothing of the other weights.
        if trainer.state.epoch == recipe.headEpochs + 1 && trainer.state.batch == 0 {
            trainer.optimizer.state = OptimizerState()
        }
        let images = setup.data.training
        let batches = (images.count + recipe.batchSize - 1) / recipe.batchSize
        let first =
            recipe.headEpochs * ((images.count * (recipe.mirrors ? 2 : 1) + recipe.batchSize - 1) / recipe.batchSize)
        let rate = Schedule.cosine(from: recipe.wholeRate, steps: recipe.wholeEpochs * batches)
        trainer.schedule = Schedule { rate($0 - first) }
        while trainer.state.epoch <= recipe.epochs {
            let epoch = trainer.state.epoch
            let mixed = images.shuffled(seed: recipe.seed &* 1000 &+ epoch)
            for batch in mixed.batches(
                of: recipe.batchSize, through: transfer.augmentation, seed: recipe.seed, epoch: epoch,
                from: trainer.state.batch)
            {
                try step(.pictures(batch), of: batches, batch.labels.count, record)
            }
            try tell("whole", transfer.verdict(on: setup.data.validation).accuracy, &record)
        }
    }

    private func step(_ lesson: Lesson, of batches: Int, _ size: Int, _ record: FineTuneRecord) throws {
        let loss = try trainer.step(lesson)
        // Epochs of the head are over in a moment; a line for each is enough.
        let isHead = trainer.state.epoch <= recipe.headEpochs
        try report.step(
            trainer.state.step, [("loss", loss), ("rate", trainer.optimizer.learningRate)],
            isHead
                ? nil
                : ProgressLine.Status(
                    epoch: trainer.state.epoch, epochs: recipe.epochs, batch: trainer.state.batch, batches: batches,
                    batchSize: size, figures: [("loss", trainer.meanLoss)]))
        if Interrupt.isRequested {
            try save(record)
            report.progress.say("")
            throw Interrupted(checkpoint: folder.file(Self.checkpointName))
        }
    }

    /// Ends an epoch: says and keeps what held-out pictures show.
    private func tell(_ part: String, _ accuracy: Double, _ record: inout FineTuneRecord) throws {
        let epoch = trainer.state.epoch
        record.accuracies.append(accuracy)
        let isShown = part == "whole" || epoch <= 3 || epoch % 5 == 0 || epoch == recipe.headEpochs
        if isShown {
            report.progress.say(
                String(
                    format: "epoch %d/%d, %@: mean loss %.4f, validation accuracy %.2f %%", epoch, recipe.epochs,
                    part == "head" ? "new layer" : "all layers", trainer.meanLoss, 100 * accuracy))
        }
        try report.log.write(
            "epoch",
            [
                "epoch": .integer(epoch), "step": .integer(trainer.state.step), "learning": .text(part),
                "mean_loss": .number(trainer.meanLoss), "validation_accuracy": .number(accuracy),
            ])
        try report.board.scalar("validation/accuracy", Float(accuracy), step: trainer.state.step)
        trainer.finishEpoch()
        // The head's epochs take a moment each; the whole network need not be written after every one.
        if part == "whole" || epoch == recipe.headEpochs || epoch % 10 == 0 { try save(record) }
    }

    private func save(_ record: FineTuneRecord) throws {
        var record = record
        record.logLength = report.log.length
        record.seconds = seconds
        trainer.note(FineTuneRecord.key, try record.note())
        try trainer.save(to: folder.file(Self.checkpointName))
    }

    private var seconds: Double { setup.record.seconds + ProcessInfo.processInfo.systemUptime - start }

    private func finish(_ record: FineTuneRecord) throws {
        let verdict = transfer.verdict(on: setup.data.validation)
        try FineTunePictures(setup, transfer, record).draw(verdict, in: folder)
        let metadata = ["format": "gradus", FineTuneRecord.key: try record.note()]
        try SafeTensors(tensors: transfer.network.namedTensors, metadata: metadata)
            .write(to: URL(fileURLWithPath: folder.file("model.safetensors")))
        var figures = [RunResult.Figure("validation_accuracy", verdict.accuracy, unit: "%")]
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
