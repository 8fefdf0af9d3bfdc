import ExampleSupport
import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// One run: reads the sentences, trains, judges, writes.
struct TrainingRun {
    private let setup: TrainingSetup
    private let settings: TrainSettings
    private let folder: RunFolder
    private let trainer: Trainer<TranslationNetwork, PairBatch>
    private let averages: AveragedWeights?
    private let report: RunReport
    private let batches: Int
    private let start = ProcessInfo.processInfo.systemUptime

    private var recipe: Recipe { setup.record.recipe }
    /// Unused memory that may wait for batches of the same lengths, 1.5 GiB.
    private static let mostBytesKept = 3 << 29

    init(_ settings: TrainSettings) throws {
        self.settings = settings
        folder = try RunFolder(settings.out)
        setup = try TrainingSetup(settings, checkpoint: folder.file("checkpoint.safetensors"))
        let (record, training) = (setup.record, setup.record.recipe.training)
        let network = record.recipe.newModel(setup.wording.source.count, setup.wording.target.count, seed: record.seed)
        trainer = Trainer(network, training.newOptimizer(), random: RandomGenerator(seed: UInt64(record.seed))) {
            training.loss($0, $1, $2)
        }
        if let path = setup.startingPoint { try trainer.resume(from: path) }
        let saved = trainer.state.tensors.averages
        averages = try training.averaging.map { decay in
            saved.isEmpty
                ? AveragedWeights(of: network, decay: decay)
                : try AveragedWeights(of: network, continuing: saved, decay: decay)
        }
        batches = training.batches(of: setup.training, epoch: 1, seed: record.seed).count
        trainer.clipNorm = training.clip
        trainer.schedule = training.rate.schedule(training.learningRate, steps: training.epochs * batches)
        report = try RunReport(
            folder, keepingBytes: setup.startingPoint == nil ? 0 : record.logLength, after: trainer.state.step,
            interval: record.isSmoke ? 1 : 20)
    }

    func run() throws {
        Interrupt.watch()
        setup.describe(parameters: trainer.model.parameterCount, batches: batches, at: trainer.state)
        var record = setup.record
        // A new run takes over its folder at once, so that nothing there belongs to another.
        if setup.startingPoint == nil {
            try? FileManager.default.removeItem(atPath: folder.file("best.safetensors"))
            try save(record)
        }
        while trainer.state.epoch <= recipe.training.epochs {
            try trainEpoch(&record)
            trainer.finishEpoch()
            record.tally = RunRecord.Tally()
            try save(record)
        }
        try finish(record)
    }

    private func trainEpoch(_ record: inout RunRecord) throws {
        let epoch = trainer.state.epoch
        let all = recipe.training.batches(of: setup.training, epoch: epoch, seed: record.seed)
        let meanWords = setup.words / max(1, all.count)
        for batch in all.from(trainer.state.batch) {
            let loss = try trainer.step(batch)
            averages?.update(from: trainer.model, decay: averageDecay)
            // Each length of sentences leaves blocks of its own sizes behind.
            if Memory.bytesKept > Self.mostBytesKept { Memory.trim() }
            let step = trainer.state.step
            record.tally.add(Double(loss) * (recipe.training.loss == .perWord ? 1 : batch.sentencesAWord), batch)
            try report.step(
                step,
                [("loss", loss), ("gradient_norm", trainer.gradientNorm), ("rate", trainer.optimizer.learningRate)],
                ProgressLine.Status(
                    epoch: epoch, epochs: recipe.training.epochs, batch: trainer.state.batch, batches: all.count,
                    batchSize: meanWords,
                    figures: [
                        ("perplexity", record.tally.perplexity), ("gradient", Double(trainer.gradientNorm)),
                    ], unit: "words"))
            let isLast = trainer.state.batch == all.count
            if isLast || settings.evaluationInterval.map({ step % $0 == 0 }) ?? false { try judge(&record) }
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
        recipe.training.averaging.map { min($0, Float(1 + trainer.state.step) / Float(10 + trainer.state.step)) }
    }

    /// Perplexity and BLEU of greedy translations; the best network so far is kept.
    private func judge(_ record: inout RunRecord) throws {
        let step = trainer.state.step
        try withJudgedWeights {
            let translating = Translating(network: trainer.model, wording: setup.wording)
            let loss = translating.loss(of: setup.validation.pairs)
            let found = translating.translations(of: setup.validation.sources, SearchOptions())
            let references = setup.validation.references
            let test = setup.test.map { test in
                BLEU.corpus(
                    hypotheses: translating.translations(of: test.sources, SearchOptions()), references: test.references
                ).score
            }
            let evaluation = RunRecord.Evaluation(
                step: step, perplexity: perplexity(loss: loss.nats, words: loss.words),
                bleu: BLEU.corpus(hypotheses: found, references: references).score,
                exact: exactMatches(hypotheses: found, references: references), testBLEU: test)
            let isBest = evaluation.bleu > record.best?.bleu ?? -1
            record.evaluations.append(evaluation)
            try tell(evaluation, record.tally.perplexity, isBest, example: step * 7919 % references.count, found)
            if isBest { try save(record, to: "best.safetensors") }
        }
    }

    private func tell(
        _ evaluation: RunRecord.Evaluation, _ trained: Double, _ isBest: Bool, example: Int, _ found: [[String]]
    ) throws {
        let (words, text) = (setup.wording.wording, setup.validation.text)
        report.progress.say(
            String(
                format: "epoch %d/%d, step %d: perplexity %.2f, held out %.2f, BLEU %.2f, exactly right %.1f %%%@%@",
                trainer.state.epoch, recipe.training.epochs, evaluation.step, trained, evaluation.perplexity,
                evaluation.bleu, 100 * evaluation.exact,
                evaluation.testBLEU.map { String(format: ", test BLEU %.2f", $0) } ?? "",
                isBest ? ", the best so far" : "")
                + "\n  source       \(text.source[example])\n  reference    \(text.target[example])"
                + "\n  translation  \(words.sentence(found[example]))")
        try report.log.write(
            "evaluation",
            [
                ("step", .integer(evaluation.step)), ("epoch", .integer(trainer.state.epoch)),
                ("perplexity", .number(trained)), ("validation_perplexity", .number(evaluation.perplexity)),
                ("validation_bleu", .number(evaluation.bleu)), ("validation_exact", .number(evaluation.exact)),
                ("source", .text(text.source[example])), ("reference", .text(text.target[example])),
                ("translation", .text(words.sentence(found[example]))),
            ] + (evaluation.testBLEU.map { [("test_bleu", .number($0))] } ?? []))
        try report.board.scalar("validation/perplexity", Float(evaluation.perplexity), step: evaluation.step)
        try report.board.scalar("validation/bleu", Float(evaluation.bleu), step: evaluation.step)
    }

    /// Runs `body` with the averaged weights in the network, if there are any.
    private func withJudgedWeights<R>(_ body: () throws -> R) rethrows -> R {
        try averages.map { try $0.withAverages(in: trainer.model, body) } ?? body()
    }

    private func save(_ record: RunRecord, to name: String = "checkpoint.safetensors") throws {
        var record = record
        record.logLength = report.log.length
        record.seconds = setup.record.seconds + ProcessInfo.processInfo.systemUptime - start
        trainer.note(RunRecord.key, try record.note())
        trainer.keep(averages?.values.asAverages ?? [:])
        try trainer.save(to: folder.file(name))
    }

    private func finish(_ record: RunRecord) throws {
        let seconds = setup.record.seconds + ProcessInfo.processInfo.systemUptime - start
        let best = try TrainedTranslator(folder.file("best.safetensors"))
        let judged = setup.test ?? setup.validation
        let name = setup.test == nil ? "validation" : "test"
        let greedy = best.translating.translations(of: judged.sources, SearchOptions())
        let beam = best.translating.translations(of: judged.sources, best.search)
        let scores = [greedy, beam].map { BLEU.corpus(hypotheses: $0, references: judged.references).score }
        let exact = exactMatches(hypotheses: greedy, references: judged.references)
        let expected = Expectations(record)
        try RunResult([
            RunResult.Figure("\(name)_bleu", scores[0], within: expected.bleu),
            RunResult.Figure("\(name)_bleu_beam_\(best.search.width)", scores[1], within: expected.beamBLEU),
            RunResult.Figure("\(name)_exact", exact, atLeast: expected.exact, unit: "%"),
            RunResult.Figure("validation_perplexity", record.best?.perplexity ?? .nan),
            RunResult.Figure("seconds", seconds, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ]).report(to: report.log)
        folder.listFiles()
    }
}

extension RunRecord.Tally {
    /// Adds the mean cross-entropy of a batch's words.
    mutating func add(_ loss: Double, _ batch: PairBatch) {
        nats += loss * Double(batch.targetWords)
        words += batch.targetWords
    }

    var perplexity: Double { GradusText.perplexity(loss: nats, words: words) }
}

extension PairBatch {
    fileprivate var sentencesAWord: Double { Double(count) / Double(max(1, targetWords)) }
}

extension [String: Tensor<Float>] {
    private static var prefix: String { "average/" }

    /// Those of a checkpoint's own tensors that are averaged weights, by the weights' names.
    fileprivate var averages: [String: Tensor<Float>] {
        Dictionary(
            uniqueKeysWithValues: filter { $0.key.hasPrefix(Self.prefix) }.map {
                (String($0.key.dropFirst(Self.prefix.count)), $0.value)
            })
    }

    /// Averaged weights as tensors of a checkpoint.
    fileprivate var asAverages: [String: Tensor<Float>] {
        Dictionary(uniqueKeysWithValues: map { (Self.prefix + $0.key, $0.value) })
    }
}
