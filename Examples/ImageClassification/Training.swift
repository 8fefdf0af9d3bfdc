import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels

/// One run: reads the data, trains, judges, draws.
struct Training {
    private let settings: Settings
    private let data: ChosenData
    private let folder: RunFolder
    private let trainer: Trainer<TFLayersNet, ImageBatch>
    private let report: RunReport
    private static let checkpointName = "checkpoint.safetensors"
    private let start = ProcessInfo.processInfo.systemUptime

    init(_ asked: Settings) throws {
        Interrupt.watch()
        let checkpoint = "\(asked.out)/\(Self.checkpointName)"
        var (settings, kept) = (asked, 0)
        if asked.isResuming {
            guard FileManager.default.fileExists(atPath: checkpoint) else {
                throw FileError(
                    path: checkpoint,
                    reason:
                        "is not there, so there is no run to go on with; name its folder with --out, or leave --resume out"
                )
            }
            let run = try ResumedRun(Checkpoint.state(in: checkpoint).notes, checkpoint)
            (settings, kept) = (try run.continued(asked), run.logLength)
        }
        let model = withRandomSeed(UInt64(settings.seed)) { TFLayersNet() }
        let rate = settings.learningRate ?? Settings.usualRate
        let optimizer: any Optimizer =
            settings.size == .full ? SGD(learningRate: rate) : Adam(learningRate: rate)
        trainer = Trainer(model, optimizer, random: RandomGenerator(seed: UInt64(settings.seed))) {
            model, batch, pass in
            softmaxCrossEntropy(model(batch.images, pass), batch.labels)
        }
        if asked.isResuming {
            try trainer.resume(from: checkpoint)
            if let rate = asked.learningRate { optimizer.learningRate = rate }
        }
        data = try ChosenData(settings)
        self.settings = settings
        folder = try RunFolder(settings.out)
        report = try RunReport(
            folder, keepingBytes: kept, after: trainer.state.step, interval: settings.size == .smoke ? 1 : 10)
        // From the first step on the folder holds this run, and --resume cannot take up an older one.
        if !asked.isResuming { try save() }
    }

    func run() throws {
        describe()
        let judge = Judge(data.test)
        while trainer.state.epoch <= settings.epochs {
            try trainEpoch()
            let epoch = trainer.state.epoch
            let verdict = judge.verdict(on: trainer.model)
            report.progress.say(
                String(
                    format: "epoch %d/%d: mean loss %.4f, test accuracy %.2f %%", epoch, settings.epochs,
                    trainer.meanLoss, 100 * verdict.matrix.accuracy))
            try report.log.write(
                "epoch",
                [
                    "epoch": .integer(epoch), "step": .integer(trainer.state.step),
                    "mean_loss": .number(trainer.meanLoss), "test_accuracy": .number(verdict.matrix.accuracy),
                ])
            try report.board.scalar("test/accuracy", Float(verdict.matrix.accuracy), step: trainer.state.step)
            trainer.finishEpoch()
            try save()
        }
        try finish(judge.verdict(on: trainer.model))
    }

    private func trainEpoch() throws {
        let epoch = trainer.state.epoch
        let shuffled = data.training.shuffled(seed: settings.seed &* 1000 &+ epoch)
        let batches = shuffled.batches(of: settings.batchSize, from: trainer.state.batch)
        for batch in batches.prefetched() {
            let loss = try trainer.step(batch)
            let step = trainer.state.step
            try report.step(
                step, [("loss", loss)],
                ProgressLine.Status(
                    epoch: epoch, epochs: settings.epochs, batch: trainer.state.batch, batches: batches.count,
                    batchSize: settings.batchSize, figures: [("loss", trainer.meanLoss)]))
            if Interrupt.isRequested {
                try save()
                report.progress.say("")
                throw Interrupted(checkpoint: folder.file(Self.checkpointName))
            }
            if step % 200 == 0 { try save() }
        }
    }

    private func save() throws {
        let run = ResumedRun(settings, data.name, logLength: report.log.length)
        for (key, value) in run.notes { trainer.note(key, value) }
        try trainer.save(to: folder.file(Self.checkpointName))
    }

    private func describe() {
        let summary = trainer.model.summary(input: [1, 28, 28, 1])
        let left = (settings.epochs - trainer.state.epoch + 1) * data.training.count
        let seconds = Speed.measured().trainingSeconds(multiplyAdds: summary.multiplyAdds, examples: left)
        showHeader(
            "image-classification",
            [
                ("seed", "\(settings.seed)"), ("data", data.source),
                ("pictures", "\(data.training.count) to learn from, \(data.test.count) to judge by"),
                ("parameters", "\(summary.parameters)"), ("training", "about \(durationText(seconds))"),
            ])
        show(summary.description + "\n")
        if trainer.state.step > 0 { show("continuing at step \(trainer.state.step)\n") }
    }

    private func finish(_ verdict: Judge.Verdict) throws {
        let seconds = ProcessInfo.processInfo.systemUptime - start
        try Pictures(folder, data).draw(trainer.model, verdict, steps: settings.epochs)
        try trainer.model.save(to: folder.file("model.safetensors"))
        let result = RunResult([
            RunResult.Figure(
                "test_accuracy", verdict.matrix.accuracy,
                atLeast: data.expectedAccuracy(settings, learningRate: trainer.optimizer.learningRate), unit: "%"),
            RunResult.Figure("test_loss", verdict.loss),
            RunResult.Figure("seconds", seconds, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ])
        try result.report(to: report.log)
        folder.listFiles()
    }
}
