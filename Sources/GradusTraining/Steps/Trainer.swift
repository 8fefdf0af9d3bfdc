import Gradus

/// The steps of a training, counted, checked and resumable: one model and a loss, or several and a closure.
///
/// ```swift
/// let trainer = Trainer(model, Adam(), random: RandomGenerator(seed: 1)) { model, batch, pass in
///     softmaxCrossEntropy(model(batch.images, pass), batch.labels)
/// }
/// for epoch in 1...4 {
///     for batch in data.shuffled(seed: epoch).batches(of: 100) { try trainer.step(batch) }
///     trainer.finishEpoch()
/// }
/// ```
///
/// It is built on the calls that a loop of your own would use; nothing requires it. ``Experiment`` runs one with logs,
/// checkpoints and evaluations.
public final class Trainer<Batch> {
    /// A figure of a step, as the loss, by its name in the log.
    public typealias Figure = (name: String, value: Float)

    /// What learns, by the names of its parts in a checkpoint.
    public let learners: [(name: String, learner: any AnyLearner)]
    /// What dropout and noise draw from.
    public let random: RandomGenerator
    /// The steps done.
    public private(set) var position = TrainingPosition()
    /// The figures of the last step, the loss first.
    public private(set) var figures: [Figure] = []
    /// Called before and after each step.
    public var hooks = Hooks()
    private let body: (Batch, Pass) throws -> [Figure]

    /// What a user adds to each step.
    public struct Hooks {
        /// Called with the batch before its step, as to set the learning rate.
        public var beforeStep: [(Batch) throws -> Void] = []
        /// Called after a step, with its number counted from 1.
        public var afterStep: [(_ step: Int) throws -> Void] = []
    }

    /// A trainer of several models: `step` calls ``Learner/minimize(_:)`` for each, and returns the figures to show.
    ///
    /// - Parameter learners: the models by name, such as `generator`.
    public init(
        _ learners: [(name: String, learner: any AnyLearner)], random: RandomGenerator,
        step: @escaping (Batch, Pass) throws -> [Figure]
    ) {
        (self.learners, self.random, body) = (learners, random, step)
    }

    /// A trainer of one model, for the loss that the closure computes.
    public convenience init<Model: Module>(
        _ learner: Learner<Model>, random: RandomGenerator, loss: @escaping (Model, Batch, Pass) -> Tensor<Float>
    ) {
        self.init([(Checkpoint.model, learner)], random: random) { batch, pass in
            let value = try learner.minimize { loss(learner.model, batch, pass) }
            return [("loss", value)]
        }
    }

    /// A trainer of one model, with an optimizer and nothing else.
    public convenience init<Model: Module>(
        _ model: Model, _ optimizer: any Optimizer, random: RandomGenerator,
        loss: @escaping (Model, Batch, Pass) -> Tensor<Float>
    ) {
        self.init(Learner(model, optimizer), random: random, loss: loss)
    }

    /// One step.
    ///
    /// - Returns: the first figure: the loss before the step.
    /// - Throws: ``DivergenceError`` as ``Learner/minimize(_:)``, and what hooks throw.
    @discardableResult
    public func step(_ batch: Batch) throws -> Float {
        for hook in hooks.beforeStep { try hook(batch) }
        figures = try body(batch, .training(using: random))
        let loss = figures.first?.value ?? 0
        position.step += 1
        position.batch += 1
        position.lossSum += Double(loss)
        for hook in hooks.afterStep { try hook(position.step) }
        return loss
    }

    /// The mean loss of this epoch so far.
    public var meanLoss: Double { position.batch == 0 ? 0 : position.lossSum / Double(position.batch) }

    /// Goes on to the next epoch.
    public func finishEpoch() {
        position.epoch += 1
        (position.batch, position.lossSum) = (0, 0)
    }

    /// Runs `body` with averaged weights in the models that keep them.
    public func withAverages<R>(_ body: () throws -> R) rethrows -> R {
        for (_, learner) in learners { learner.exchangeAverages() }
        defer { for (_, learner) in learners { learner.exchangeAverages() } }
        return try body()
    }

    /// Everything that a checkpoint must hold to continue bit for bit.
    public var parts: [(name: String, part: CheckpointPart)] {
        let position = CheckpointPart.value {
            self.position
        } set: {
            self.position = $0
        } isPossible: {
            $0.isPossible
        }
        return learners.flatMap { $0.learner.parts($0.name) } + [("position", position), ("random", .random(random))]
    }

    /// Writes models, optimizers, averages, generator and position to one file, and `others` with them.
    ///
    /// - Throws: `FileError`, or ``DivergenceError`` when the last step broke a weight; an old file is then untouched.
    public func save(to path: String, with others: [(name: String, part: CheckpointPart)] = []) throws {
        for (_, learner) in learners {
            if let parameter = learner.firstNonFiniteParameter {
                throw DivergenceError(
                    step: position.step, loss: nil, parameter: parameter, checkpointStep: checkpointStep)
            }
        }
        try Checkpoint.save(parts + others, to: path)
        noteCheckpoint()
    }

    /// Continues from such a file as if the training had never stopped.
    ///
    /// - Throws: `FileError` or `CheckpointMismatch`; nothing is changed then.
    public func resume(from path: String, with others: [(name: String, part: CheckpointPart)] = []) throws {
        try Checkpoint.restore(parts + others, from: path)
        noteCheckpoint()
    }

    /// Begins with what another training has learned: its models, and where the file has them, its optimizers and averages.
    ///
    /// - Parameter position: whether position and random generator are taken over too, as on the same data.
    /// - Throws: `FileError` or `CheckpointMismatch`; nothing is changed then.
    public func start(from path: String, takingPosition position: Bool = false) throws {
        let checkpoint = try Checkpoint(contentsOf: path)
        let positions = ["position", "random"] + learners.map { "\($0.name)-position" }
        let names = Set(checkpoint.parts).subtracting(position ? [] : positions).union(learners.map(\.name))
        try checkpoint.restore(parts.filter { names.contains($0.name) })
    }

    private var checkpointStep: Int?

    private func noteCheckpoint() {
        checkpointStep = position.step
        for (_, learner) in learners { learner.noteCheckpoint(step: position.step) }
    }
}

/// How far a training is.
public struct TrainingPosition: Codable, Equatable, Sendable {
    /// The epoch of the next step, from 1.
    public internal(set) var epoch = 1
    /// How many batches of that epoch are done.
    public internal(set) var batch = 0
    /// All steps done.
    public internal(set) var step = 0
    /// The sum of this epoch's losses so far.
    var lossSum = 0.0

    /// Whether a training can be there.
    var isPossible: Bool { epoch > 0 && [epoch, batch, step].allSatisfy(isPossibleCount) }
}
