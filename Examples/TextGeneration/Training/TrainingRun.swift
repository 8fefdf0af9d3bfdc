import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusText
import GradusTraining

/// One run: reads the text, trains, judges, writes.
struct TrainingRun {
    private var setup: TrainingSetup
    private let folder: RunFolder
    private let trainer: Trainer<CharacterModel, TextBatch>
    private let carried = CarriedState()
    private let averages: AveragedWeights?
    private let report: RunReport
    private let start = ProcessInfo.processInfo.systemUptime

    private var recipe: Recipe { setup.record.recipe }

    init(_ settings: TrainSettings) throws {
        folder = try RunFolder(settings.out)
        let checkpoint = folder.file("checkpoint.safetensors")
        setup = try TrainingSetup(settings, checkpoint: checkpoint)
        let (recipe, carried) = (setup.record.recipe, carried)
        let model = recipe.newModel(vocabulary: setup.alphabet.count)
        trainer = Trainer(model, recipe.newOptimizer(), random: RandomGenerator(seed: UInt64(recipe.seed))) {
            model, batch, pass in
            let (logits, next) = model(batch.inputs, state: carried.state, pass)
            carried.state = next.detached()
            return softmaxCrossEntropy(logits, batch.targets)
        }
        if let path = setup.startingPoint { try trainer.resume(from: path) }
        if !setup.isContinuing {
            trainer.begin()
            // The rate of the other run's last step is where this one goes on.
            if setup.startingPoint != nil && !settings.flags.has("--learning-rate") {
                setup.record.recipe.learningRate = trainer.optimizer.learningRate
            }
        }
        carried.tensors = trainer.state.tensors
        let saved = trainer.state.tensors
        averages = try recipe.averaging.map { try savedAverages(of: model, saved, decay: $0) }
        trainer.clipValue = recipe.clip
        trainer.divergenceFactor = 3
        trainer.schedule = setup.record.recipe.schedule(batchesAnEpoch: setup.training.count)
        report = try RunReport(
            folder, keepingBytes: setup.isContinuing ? setup.record.logLength : 0, after: trainer.state.step,
            interval: setup.record.size == "smoke" ? 1 : 10)
    }

    func run() throws {
        Interrupt.watch()
        setup.describe(parameters: trainer.model.parameterCount, at: trainer.state)
        var record = setup.record
        // A new run takes over its folder at once, so that nothing there belongs to another.
        if setup.isNew { try takeOver(&record) }
        while trainer.state.epoch <= recipe.epochs {
            try trainEpoch(&record)
            trainer.finishEpoch()
            carried.state = nil
            try save(record)
        }
        try finish(record)
    }

    private func takeOver(_ record: inout RunRecord) throws {
        try? FileManager.default.removeItem(atPath: folder.file("best.safetensors"))
        // With weights of another run there is something to be judged before the first step.
        if setup.startingPoint != nil { try judge(&record) }
        try save(record)
    }

    private func trainEpoch(_ record: inout RunRecord) throws {
        let batches = setup.training
        for batch in batches.from(trainer.state.batch) {
            let loss = try trainer.step(batch)
            averages?.update(from: trainer.model, decay: averageDecay)
            let step = trainer.state.step
            try report.step(
                step, [("loss", loss)],
                ProgressLine.Status(
                    epoch: trainer.state.epoch, epochs: recipe.epochs, batch: trainer.state.batch,
                    batches: batches.count, batchSize: recipe.streams * recipe.steps,
                    figures: [("loss", trainer.meanLoss)]))
            if Milestones.includes(step) { try writeSample() }
            let isLast = trainer.state.batch == batches.count
            if isLast || trainer.state.batch % 1000 == 0 { try judge(&record) }
            if Interrupt.isRequested {
                try save(record)
                report.progress.say("")
                throw Interrupted(checkpoint: folder.file("checkpoint.safetensors"))
            }
            if !isLast && step % 500 == 0 { try save(record) }
        }
    }

    /// The averages begin with little memory, so that the weights of the first steps are soon forgotten.
    private var averageDecay: Float? {
        recipe.averaging.map { min($0, Float(1 + trainer.state.step) / Float(10 + trainer.state.step)) }
    }

    /// The held-out loss; the best network so far is kept.
    private func judge(_ record: inout RunRecord) throws {
        let step = trainer.state.step
        try withJudgedWeights {
            let nats = heldOutLoss(trainer.model, setup.heldOut)
            let isBest = nats < record.best?.nats ?? .infinity
            record.evaluations.append(RunRecord.Evaluation(step: step, nats: nats))
            report.progress.say(
                String(
                    format: "epoch %d/%d, step %d: mean loss %.4f, held out %.4f nats, %.4f bits a character%@",
                    trainer.state.epoch, recipe.epochs, step, trainer.meanLoss, nats, bits(nats),
                    isBest ? ", the best so far" : ""))
            try report.log.write(
                "evaluation",
                [
                    "step": .integer(step), "epoch": .integer(trainer.state.epoch),
                    "mean_loss": .number(trainer.meanLoss), "validation_nats": .number(nats),
                    "validation_bits": .number(bits(nats)),
                ])
            try report.board.scalar("test/nats", Float(nats), step: step)
            if isBest { try save(record, to: "best.safetensors") }
        }
    }

    private func writeSample() throws {
        let text = withJudgedWeights {
            TextWriter(trainer.model, setup.alphabet).sample(300, temperature: 0.8, seed: UInt64(recipe.seed))
        }
        report.progress.say("after \(trainer.state.step) steps it writes:\n\(indented(text))\n")
        try report.log.write("sample", ["step": .integer(trainer.state.step), "text": .text(text)])
        try Milestones.writePage(of: folder.file("log.jsonl"), to: folder.file("samples.md"))
    }

    /// Runs `body` with the averaged weights in the network, if there are any.
    private func withJudgedWeights<R>(_ body: () throws -> R) rethrows -> R {
        try averages.map { try $0.withAverages(in: trainer.model, body) } ?? body()
    }

    private func save(_ record: RunRecord, to name: String = "checkpoint.safetensors") throws {
        var record = record
        record.logLength = report.log.length
        trainer.note(RunRecord.key, try record.note())
        var tensors = carried.tensors
        for (name, tensor) in averages?.values ?? [:] { tensors["average/\(name)"] = tensor }
        trainer.keep(tensors)
        try trainer.save(to: folder.file(name))
    }

    private func finish(_ record: RunRecord) throws {
        let seconds = ProcessInfo.processInfo.systemUptime - start
        let best = try TrainedNetwork(folder.file("best.safetensors"))
        let text = TextWriter(best.model, best.alphabet).sample(500, temperature: 0.8, seed: UInt64(recipe.seed))
        show("\nthe best network, of step \(record.best?.step ?? 0), writes:\n\(indented(text))")
        let baseline = setup.baseline(order: 6)
        try TrainingImages(folder).draw(best, setup.heldOut)
        let nats = record.best?.nats ?? .nan
        let result = RunResult([
            RunResult.Figure("validation_nats_per_character", nats, within: setup.expected, unit: "nats"),
            RunResult.Figure("validation_bits_per_character", bits(nats), unit: "bits"),
            RunResult.Figure("last_validation_nats_per_character", record.evaluations.last?.nats ?? .nan, unit: "nats"),
            RunResult.Figure("ngram_nats_per_character", baseline, unit: "nats"),
            RunResult.Figure("seconds", seconds, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ])
        try result.report(to: report.log)
        folder.listFiles()
    }
}

/// Lines moved to the right.
private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
}

/// The averages that a checkpoint holds, or new ones.
private func savedAverages(
    of model: CharacterModel, _ tensors: [String: Tensor<Float>], decay: Float
) throws -> AveragedWeights {
    let saved = tensors.filter { $0.key.hasPrefix("average/") }
    guard !saved.isEmpty else { return AveragedWeights(of: model, decay: decay) }
    let values = saved.map { (String($0.key.dropFirst("average/".count)), $0.value) }
    return try AveragedWeights(of: model, continuing: Dictionary(uniqueKeysWithValues: values), decay: decay)
}
