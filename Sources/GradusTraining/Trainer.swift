import Gradus

/// The training loop with what every program needs around it: a check of the loss, checkpoints, and resuming.
///
/// It is built on the same calls that a loop of your own would use; nothing requires it.
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
public final class Trainer<Model: Module, Batch> {
    /// What is trained.
    public let model: Model
    /// What changes it.
    public let optimizer: any Optimizer
    /// Where dropout draws from.
    public let random: RandomGenerator
    /// Where the training stands.
    public private(set) var state: TrainingState
    /// The global norm of the last step's gradients, before they were limited.
    public private(set) var gradientNorm: Float = 0
    /// The largest global norm of the gradients; larger ones are scaled down.
    public var clipNorm: Float?
    /// The largest value of a gradient's element; larger ones are moved to it.
    public var clipValue: Float?
    /// How many times the first loss a later one may reach; a larger one ends the training.
    public var divergenceFactor: Float?
    /// The learning rate of each step; `nil` leaves the optimizer's.
    public var schedule: Schedule?
    /// The step of the checkpoint that was written or resumed from last.
    private var checkpointStep: Int?
    private let computeLoss: (Model, Batch, Pass) -> Tensor<Float>

    /// A trainer for the loss that the closure computes.
    public init(
        _ model: Model, _ optimizer: any Optimizer, random: RandomGenerator, notes: [String: String] = [:],
        loss: @escaping (Model, Batch, Pass) -> Tensor<Float>
    ) {
        (self.model, self.optimizer, self.random, computeLoss) = (model, optimizer, random, loss)
        state = TrainingState(notes: notes)
    }

    /// The mean loss of this epoch so far.
    public var meanLoss: Double { state.batch == 0 ? 0 : state.lossSum / Double(state.batch) }

    /// One step along the gradient of the batch's loss.
    ///
    /// - Returns: the loss before the step.
    /// - Throws: ``DivergenceError`` when the loss or a gradient is not finite, or the loss is above ``divergenceFactor``
    ///   times the first; the weights are then as before the step.
    @discardableResult
    public func step(_ batch: Batch) throws -> Float {
        if let schedule { optimizer.learningRate = schedule(state.step) }
        let (value, gradients) = valueWithGradient(at: model) {
            computeLoss(model, batch, .training(using: random))
        }
        let loss = value.item
        let norm = gradients.globalNorm
        guard loss.isFinite && norm.isFinite else {
            throw DivergenceError(
                step: state.step + 1, loss: loss, parameter: gradients.firstNonFinite, checkpointStep: checkpointStep)
        }
        let first = state.firstLoss ?? loss
        if let divergenceFactor, loss > divergenceFactor * first {
            throw DivergenceError(step: state.step + 1, loss: loss, firstLoss: first, checkpointStep: checkpointStep)
        }
        optimizer.update(model, along: limited(gradients))
        gradientNorm = norm
        state.firstLoss = first
        state.step += 1
        state.batch += 1
        state.lossSum += Double(loss)
        return loss
    }

    private func limited(_ gradients: Gradients) -> Gradients {
        let scaled = clipNorm.map { gradients.clipped(byGlobalNorm: $0) } ?? gradients
        return clipValue.map { scaled.clipped(byValue: $0) } ?? scaled
    }

    /// Goes on to the next epoch.
    public func finishEpoch() {
        state.epoch += 1
        state.batch = 0
        state.lossSum = 0
    }

    /// Puts the position back to where a run begins; weights, optimizer and generator stay, as when the weights of one
    /// training are the beginning of another.
    public func begin() { (state, checkpointStep) = (TrainingState(), nil) }

    /// Keeps a fact of the run in its checkpoints.
    public func note(_ key: String, _ value: String) { state.notes[key] = value }

    /// Keeps tensors of the run in its checkpoints, in place of those that were kept before.
    public func keep(_ tensors: [String: Tensor<Float>]) { state.tensors = tensors }

    /// Writes weights, optimizer, generator and position to one file.
    ///
    /// - Throws: ``FileError``, or ``DivergenceError`` when the last step broke a weight; an old file is then untouched.
    public func save(to path: String) throws {
        if let broken = model.namedParameters().first(where: { !$0.parameter.stored.isFinite }) {
            throw DivergenceError(step: state.step, loss: nil, parameter: broken.name, checkpointStep: checkpointStep)
        }
        try Checkpoint.save(model, optimizer, random, state, to: path)
        checkpointStep = state.step
    }

    /// Continues from such a file as if the training had never stopped.
    ///
    /// - Throws: ``FileError``, an error about a damaged file, or ``CheckpointMismatch``; nothing is changed then.
    public func resume(from path: String) throws {
        state = try Checkpoint.load(into: model, optimizer, random, from: path)
        checkpointStep = state.step
    }
}
