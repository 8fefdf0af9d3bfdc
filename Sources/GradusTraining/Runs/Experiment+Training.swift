import Foundation
import Gradus

extension Experiment {
    /// How a training is run.
    public struct Plan {
        /// Passes over the data.
        public var epochs: Int
        /// Batches in an epoch.
        public var batches: Int
        /// Batches in an epoch of the given number, where epochs differ.
        public var batchesOfEpoch: ((_ epoch: Int) -> Int)?
        /// The most steps of the run; nil leaves that to ``epochs``.
        public var steps: Int?
        /// Examples in a batch, for the rate.
        public var batchSize = 1
        /// What the rate counts, such as `words`; nothing for examples.
        public var unit = ""
        /// Steps from one evaluation to the next, in addition to that at each epoch's end.
        public var evaluateEvery: Int?
        /// Whether the network is evaluated before the first step too: for one that was trained before.
        public var evaluatesAtStart = false
        /// Which network is kept.
        public var keep = Criterion.last
        /// Evaluations without a better network after which the training ends.
        public var patience: Int?
        /// The models in `model.safetensors`; nil for all.
        public var exported: [String]?
        /// Identifies the data, so that a run is not continued on other data.
        public var fingerprint = ""

        /// A plan of so many epochs.
        public init(epochs: Int, batches: Int, batchSize: Int = 1) {
            (self.epochs, self.batches, self.batchSize) = (epochs, batches, batchSize)
        }
    }

    /// Trains, evaluates, saves and keeps the best network; continues where the run stopped if it is resumed.
    ///
    /// Afterwards the models have the weights of `model.safetensors`.
    ///
    /// - Parameters:
    ///   - data: the batches of an epoch, from 1, beginning with batch `first`. They must be the same each time.
    ///   - evaluate: measures the network, with averaged weights where they are kept; the first metric decides which network
    ///     is kept.
    /// - Throws: ``Interrupted`` after Ctrl-C, when the checkpoint is written; the errors of ``Trainer/step(_:)``; `FileError`.
    public func train<Batch, Batches: Sequence>(
        _ trainer: Trainer<Batch>, _ plan: Plan, data: (_ epoch: Int, _ first: Int) throws -> Batches,
        evaluate: () throws -> [Metric]
    ) throws where Batches.Element == Batch {
        let run = TrainingLoop(self, trainer, plan)
        try run.begin(evaluate)
        while !run.isDone {
            let epoch = trainer.position.epoch
            for batch in try data(epoch, trainer.position.batch) {
                try run.step(batch, evaluate)
                if run.isDone { break }
            }
            try run.finishEpoch(evaluate)
        }
        try run.finish()
    }
}

/// The parts of ``Experiment/train(_:_:data:evaluate:)`` that happen around each step.
private final class TrainingLoop<Batch> {
    private let experiment: Experiment
    private let trainer: Trainer<Batch>
    private let plan: Experiment.Plan
    private let interval: Int
    private var lastStep = ProcessInfo.processInfo.systemUptime
    private var lastSave = ProcessInfo.processInfo.systemUptime

    init(_ experiment: Experiment, _ trainer: Trainer<Batch>, _ plan: Experiment.Plan) {
        (self.experiment, self.trainer, self.plan) = (experiment, trainer, plan)
        interval = experiment.size == .smoke ? 1 : 10
    }

    private var position: TrainingPosition { trainer.position }
    private var checkpoint: String { "\(experiment.folder.path)/\(RunFolder.checkpointName)" }

    var isDone: Bool {
        position.epoch > plan.epochs || plan.steps.map { position.step >= $0 } ?? false || hasStalled
    }

    private var hasStalled: Bool {
        guard let patience = plan.patience, let best = experiment.record.best else { return false }
        return experiment.record.evaluations.count - 1 - best >= patience
    }

    /// From here on the folder holds this run.
    func begin(_ evaluate: () throws -> [Metric]) throws {
        if experiment.folder.isResumed {
            try experiment.checkData(plan.fingerprint)
            try trainer.resume(from: checkpoint, with: experiment.parts)
            if position.step > 0 { experiment.print("continuing at step \(position.step)") }
        }
        try experiment.folder.begin()
        _ = try experiment.file("tensorboard/\(URL(fileURLWithPath: experiment.board.path).lastPathComponent)")
        if !experiment.folder.isResumed {
            experiment.record.fingerprint = plan.fingerprint
            if plan.evaluatesAtStart { try measure(evaluate) }
            try save()
        }
        try experiment.report.write(experiment.folder, experiment.record)
    }

    func step(_ batch: Batch, _ evaluate: () throws -> [Metric]) throws {
        try trainer.step(batch)
        experiment.stepTimes.append(ProcessInfo.processInfo.systemUptime - lastStep)
        defer { lastStep = ProcessInfo.processInfo.systemUptime }
        let (step, figures) = (position.step, trainer.figures)
        if step % interval == 0 {
            let fields = figures.map { ($0.name, JSONValue.number(Double($0.value))) }
            try experiment.log.write("step", [("step", .integer(step)), ("epoch", .integer(position.epoch))] + fields)
            for figure in figures { try experiment.board.scalar("train/\(figure.name)", figure.value, step: step) }
            experiment.report.curves.add(figures, step: step)
        }
        experiment.progress.show(
            ProgressLine.Status(
                epoch: position.epoch, epochs: plan.epochs, batch: position.batch,
                batches: plan.batchesOfEpoch?(position.epoch) ?? plan.batches,
                batchSize: plan.batchSize,
                figures: [(figures.first?.name ?? "loss", trainer.meanLoss)]
                    + figures.dropFirst().map { ($0.name, Double($0.value)) },
                unit: plan.unit))
        if let every = plan.evaluateEvery, step % every == 0 { try measure(evaluate) }
        if Interrupt.isRequested {
            try save()
            try experiment.report.write(experiment.folder, experiment.record)
            experiment.print("")
            throw Interrupted(checkpoint: checkpoint)
        }
        let isMinute = ProcessInfo.processInfo.systemUptime - lastSave >= 60
        if isMinute || experiment.saveEvery.map({ step % $0 == 0 }) ?? false { try save() }
    }

    func finishEpoch(_ evaluate: () throws -> [Metric]) throws {
        if experiment.record.evaluations.last?.step != position.step { try measure(evaluate) }
        // A run that ends within an epoch may be continued there, with a larger limit.
        guard position.batch >= plan.batches || !isDone else { return try save() }
        let epoch = position.epoch
        trainer.finishEpoch()
        for hook in experiment.hooks.afterEpoch { try hook(epoch) }
        try save()
        lastStep = ProcessInfo.processInfo.systemUptime
    }

    private func measure(_ evaluate: () throws -> [Metric]) throws {
        try trainer.withAverages {
            let evaluation = Evaluation(epoch: position.epoch, step: position.step, metrics: try evaluate())
            let isBest = plan.keep.prefers(evaluation, to: experiment.best)
            experiment.record.evaluations.append(evaluation)
            experiment.print(
                "epoch \(position.epoch)/\(plan.epochs), step \(position.step): mean loss "
                    + String(format: "%.4f, ", trainer.meanLoss) + evaluation.metrics.text
                    + (isBest && plan.keep != .last ? ", the best so far" : ""))
            try experiment.log.write(
                "evaluation",
                [
                    ("step", .integer(position.step)), ("epoch", .integer(position.epoch)),
                    ("mean_loss", .number(trainer.meanLoss)),
                ] + evaluation.metrics.fields)
            for metric in evaluation.metrics {
                try experiment.board.scalar("evaluation/\(metric.name)", Float(metric.value), step: position.step)
            }
            if isBest {
                experiment.record.best = experiment.record.evaluations.count - 1
                try Checkpoint.save(modelParts, to: experiment.file("model.safetensors"))
            }
            for hook in experiment.hooks.afterEvaluation { try hook(evaluation) }
        }
        try experiment.report.write(experiment.folder, experiment.record)
    }

    private var modelParts: [(name: String, part: CheckpointPart)] {
        trainer.learners.filter { plan.exported?.contains($0.name) ?? true }.map { ($0.name, $0.learner.modelPart) }
            + experiment.kept.filter(\.isInModel).map { ($0.name, $0.part) }
            + [(RunRecord.partName, .constant(experiment.record.forModel))]
    }

    private func save() throws {
        try trainer.save(to: checkpoint, with: experiment.parts)
        lastSave = ProcessInfo.processInfo.systemUptime
    }

    /// Takes the weights that are kept.
    func finish() throws {
        let learned = modelParts.filter { part in trainer.learners.contains { $0.name == part.name } }
        try Checkpoint.restore(learned, from: experiment.file("model.safetensors"))
    }
}
