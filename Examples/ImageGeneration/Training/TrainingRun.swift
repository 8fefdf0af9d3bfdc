import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// One run: reads the images, trains both players, shows what the generator can do.
struct TrainingRun {
    private let setup: TrainingSetup
    private let folder: RunFolder
    private let trainer: GANTrainer
    private let sampleSchedule: SampleSchedule
    private let report: RunReport
    /// The noise of all samples that the run shows, and their classes.
    private let noise: Tensor<Float>
    private let labels: Tensor<Int32>?
    /// Real images, as many, from 0 to 1.
    private let real: Tensor<Float>
    private let score: SampleScore?
    private let clock = StepClock()
    private let start = ProcessInfo.processInfo.systemUptime

    private static let shown = 64

    private var recipe: Recipe { setup.recipe }

    init(_ settings: TrainSettings) throws {
        Interrupt.watch()
        folder = try RunFolder(settings.out)
        let checkpoint = "\(settings.out)/checkpoint.safetensors"
        setup = try TrainingSetup(settings, checkpoint: checkpoint)
        let recipe = setup.recipe
        trainer = recipe.newTrainer()
        if setup.isResuming { try trainer.resume(from: checkpoint) }
        // A stream of their own, so that showing samples changes nothing in the training.
        noise = Tensor(normal: [Self.shown, recipe.noise], using: RandomGenerator(seed: UInt64(recipe.seed) ^ 0x5A17))
        labels = recipe.classes == 0 ? nil : Tensor((0..<Self.shown).map { Int32($0 % 8 % recipe.classes) })
        real = try Self.images(setup, Self.shown)
        score = try setup.record.classifier.map { [data = setup.data] in
            try SampleScore(classifier: $0, data, recipe)
        }
        sampleSchedule = SampleSchedule(folder.path)
        try sampleSchedule.prepare(upTo: setup.isResuming ? trainer.state.step : nil)
        report = try RunReport(
            folder, keepingBytes: setup.isResuming ? setup.record.logLength : 0, after: trainer.state.step,
            interval: setup.record.size == "smoke" ? 1 : 5)
    }

    /// Images of the data in an order of their own, as many as whole batches make.
    private static func images(_ setup: TrainingSetup, _ count: Int) throws -> Tensor<Float> {
        let size = min(count, setup.recipe.batchSize)
        var found: [Tensor<Float>] = []
        for batch in setup.data.batches(of: size, seed: setup.recipe.seed, epoch: 0, from: 0) {
            found.append(batch.images)
            if found.count * size >= count { break }
        }
        guard !found.isEmpty else {
            throw FileError(
                path: setup.data.source, problem: "too few of the images can be read for a batch of \(size)",
                advice: "Choose a smaller --batch-size.")
        }
        let all = Tensor.concatenated(found)
        return all[..<min(count, all.shape[0])]
    }

    func run() throws {
        setup.describe(trainer)
        var record = setup.record
        // A new run takes over its folder at once, so that nothing there belongs to another.
        if !setup.isResuming {
            for name in ["generator.safetensors", "snapshots"] {
                try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
            }
            try mosaic(imagesFromSamples(real), columns: 8, magnification: usualMagnification(recipe.imageShape))
                .write(to: folder.file("real.png"))
            try showSamples(&record)
            try save(record)
        }
        while trainer.state.epoch <= recipe.epochs {
            try trainEpoch(&record)
            if SampleSchedule.includesEpoch(trainer.state.epoch) { try evaluator(&record) }
            trainer.finishEpoch()
            try save(record)
        }
        try finish(&record)
    }

    private func trainEpoch(_ record: inout RunRecord) throws {
        let batches = setup.data.batches(
            of: recipe.batchSize, seed: recipe.seed, epoch: trainer.state.epoch, from: trainer.state.batch)
        clock.begin()
        for batch in batches {
            defer { clock.begin() }
            let found = try trainer.step(batch.images * 2 - 1, labels: recipe.classes > 0 ? batch.labels : nil)
            clock.end()
            let step = trainer.state.step
            let figures = [
                ("discriminator_loss", found.discriminatorLoss), ("generator_loss", found.generatorLoss),
                ("real", belief(found.realScore)), ("made", belief(found.fakeScore)),
            ]
            try report.step(
                step, figures,
                ProgressLine.Status(
                    epoch: trainer.state.epoch, epochs: recipe.epochs, batch: trainer.state.batch,
                    batches: setup.batches, batchSize: recipe.batchSize,
                    figures: zip(["D", "G", "D(x)", "D(G(z))"], figures).map { ($0, Double($1.1)) }))
            if let finding = record.watch.note(found, loss: recipe.loss) { try tell(finding) }
            if step % 100 == 0 { try measureVariety(samples(), &record) }
            if SampleSchedule.includes(step) { try showSamples(&record) }
            if Interrupt.isRequested {
                try save(record)
                report.progress.say("")
                throw Interrupted(checkpoint: folder.file("checkpoint.safetensors"))
            }
            if step % 500 == 0 { try save(record) }
        }
    }

    /// What a mean score stands for: under the logistic loss a probability.
    private func belief(_ score: Float) -> Float {
        recipe.loss == .logistic ? 1 / (1 + exp(-score)) : score
    }

    private func samples() -> Tensor<Float> {
        trainer.withShownGenerator { generated(by: $0, noise, labels: labels) }
    }

    /// Logs how different the samples are, and says when they are alike.
    private func measureVariety(_ samples: Tensor<Float>, _ record: inout RunRecord) throws {
        let step = trainer.state.step
        let share = sampleVariety(of: samples[..<real.shape[0]], against: real)
        try report.log.write("samples", ["step": .integer(step), "variety": .number(share)])
        if let finding = record.watch.note(variety: share, step: step) { try tell(finding) }
    }

    private func tell(_ finding: ModeCollapseDetector.Finding) throws {
        report.progress.say("step \(trainer.state.step): \(finding.words)")
        try report.log.write("collapse", ["step": .integer(trainer.state.step), "what": .text(finding.rawValue)])
    }

    /// Writes the grid of the fixed noise.
    private func showSamples(_ record: inout RunRecord) throws {
        let step = trainer.state.step
        let made = samples()
        if step % 100 != 0 || step == 0 { try measureVariety(made, &record) }
        let path = sampleSchedule.path(step)
        let image = mosaic(imagesFromSamples(made), columns: 8, magnification: usualMagnification(recipe.imageShape))
        try image.write(to: path)
        try report.board.image(
            "samples", png: Data(contentsOf: URL(fileURLWithPath: path)), width: image.width, height: image.height,
            step: step)
        report.progress.say("after \(step) steps: \(path)")
    }

    /// Measures the samples and keeps the generator as it is after this epoch, where that is wished.
    private func evaluator(_ record: inout RunRecord) throws {
        let epoch = trainer.state.epoch
        if let score {
            let distance = try trainer.withShownGenerator { try score.distance(of: $0) }
            record.distance = distance
            report.progress.say(
                String(
                    format: "epoch %d/%d: Fréchet distance %.3f, of real images %.3f", epoch, recipe.epochs, distance,
                    score.floor))
            try report.log.write(
                "score",
                [
                    "epoch": .integer(epoch), "step": .integer(trainer.state.step),
                    "frechet_distance": .number(distance), "real_frechet_distance": .number(score.floor),
                ])
            try report.board.scalar("test/frechet_distance", Float(distance), step: trainer.state.step)
        }
        guard setup.keepsSnapshots else { return }
        let folder = "\(folder.path)/snapshots"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = String(format: "epoch-%04d.safetensors", trainer.state.epoch)
        try trainer.withShownGenerator { try TrainedGenerator.export($0, record, to: "\(folder)/\(name)") }
    }

    private func save(_ record: RunRecord) throws {
        var record = record
        record.logLength = report.log.length
        trainer.note(RunRecord.key, try record.note())
        try trainer.save(to: folder.file("checkpoint.safetensors"))
    }

    private func finish(_ record: inout RunRecord) throws {
        let seconds = ProcessInfo.processInfo.systemUptime - start
        if !FileManager.default.fileExists(atPath: sampleSchedule.path(trainer.state.step)) { try showSamples(&record) }
        try trainer.withShownGenerator {
            try TrainedGenerator.export($0, record, to: folder.file("generator.safetensors"))
        }
        try mosaic(imagesFromSamples(samples()), columns: 8, magnification: usualMagnification(recipe.imageShape))
            .write(to: folder.file("samples.png"))
        let film = FilmStrip(sampleSchedule, recipe.imageShape)
        try film.drawn()?.write(to: folder.file("film-strip.png"))
        try film.animated()?.write(to: folder.file("film.png"))
        let charts = try TrainingCharts(log: folder.file("log.jsonl"), recipe)
        try charts.draw(in: folder)
        let last = charts.last
        var figures = [
            RunResult.Figure("variety", charts.lastVariety, within: setup.expectedVariety),
            RunResult.Figure(
                "collapses", Double(record.watch.findings.count), within: setup.expectedVariety.map { _ in 0...0 }),
            RunResult.Figure("discriminator_loss", last.discriminatorLoss),
            RunResult.Figure("generator_loss", last.generatorLoss),
            RunResult.Figure("real_score", last.real),
            RunResult.Figure("made_score", last.made),
            RunResult.Figure("milliseconds_a_step", clock.milliseconds, unit: "ms"),
            RunResult.Figure("seconds", seconds, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ]
        if let score, let distance = record.distance {
            figures.insert(RunResult.Figure("frechet_distance", distance), at: 0)
            figures.insert(RunResult.Figure("real_frechet_distance", score.floor), at: 1)
        }
        let result = RunResult(figures)
        try result.report(to: report.log)
        setup.data.showSkipped()
        folder.listFiles()
    }
}
