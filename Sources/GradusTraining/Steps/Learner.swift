import Gradus

/// A model with what trains it: an optimizer, and what happens to gradients and weights around its steps.
///
/// A step of a training with several models is several calls of ``minimize(_:)``:
///
/// ```swift
/// let critic = Learner(discriminator, Adam(learningRate: 2e-4, beta1: 0.5))
/// let artist = Learner(generator, Adam(learningRate: 2e-4, beta1: 0.5), averaging: 0.995)
/// let loss = try critic.minimize { softplus(-discriminator(real, pass)).mean() + softplus(discriminator(fake, pass)).mean() }
/// try artist.minimize { softplus(-discriminator(generator(noise, pass), pass)).mean() }
/// ```
public final class Learner<Model: Module> {
    /// The model.
    public let model: Model
    /// What changes its weights.
    public let optimizer: any Optimizer
    /// The learning rate of each step; nil leaves the optimizer's.
    public var schedule: Schedule?
    /// The largest global norm of the gradients; larger ones are scaled down.
    public var clipNorm: Float?
    /// The largest absolute value of a gradient's element; larger ones are moved to it.
    public var clipValue: Float?
    /// How many batches' gradients are averaged for one step of the optimizer.
    public let accumulation: Int
    /// How many times the first loss ends the training; nil never.
    public var divergenceFactor: Float?
    /// The running mean of the weights, if one is kept.
    public let averages: AveragedWeights?
    /// How many times ``minimize(_:)`` has run.
    public private(set) var batches = 0
    /// The global norm of the last gradients, before they were clipped.
    public private(set) var gradientNorm: Float = 0
    /// The step of the last checkpoint, for messages.
    var checkpointStep: Int?
    private var firstLoss: Float?
    /// The optimizer's learning rate at the beginning.
    private let firstRate: Float
    private var accumulated: Gradients?

    /// A learner.
    ///
    /// - Parameter averaging: the decay of the running mean of the weights; nil keeps none.
    /// - Traps: when `accumulation` is not positive.
    public init(
        _ model: Model, _ optimizer: any Optimizer, schedule: Schedule? = nil, clipNorm: Float? = nil,
        clipValue: Float? = nil, averaging: Float? = nil, accumulation: Int = 1, divergenceFactor: Float? = nil
    ) {
        check(accumulation > 0, "Learner: expected 1 batch or more for a step, got \(accumulation)")
        (self.model, self.optimizer, self.schedule) = (model, optimizer, schedule)
        (self.clipNorm, self.clipValue, self.accumulation) = (clipNorm, clipValue, accumulation)
        (self.divergenceFactor, firstRate) = (divergenceFactor, optimizer.learningRate)
        averages = averaging.map { AveragedWeights(of: model, decay: $0) }
    }

    /// One step along the gradient of a loss.
    ///
    /// With an ``accumulation`` of k, the optimizer steps at each k-th call, along the mean of the k gradients.
    ///
    /// - Parameter loss: a scalar.
    /// - Returns: the loss before the step.
    /// - Throws: ``DivergenceError`` when the loss or a gradient is not finite, or the loss is above ``divergenceFactor``
    ///   times the first; the weights are then as before the step. And what `loss` throws.
    @discardableResult
    public func minimize(_ loss: () throws -> Tensor<Float>) throws -> Float {
        let (value, gradients) = try valueWithGradient(at: model, loss)
        try step(value.item, gradients)
        return value.item
    }

    private func step(_ loss: Float, _ gradients: Gradients) throws {
        let norm = gradients.globalNorm
        guard loss.isFinite && norm.isFinite else {
            throw DivergenceError(
                step: batches + 1, loss: loss, parameter: gradients.firstNonFinite, checkpointStep: checkpointStep)
        }
        let first = firstLoss ?? loss
        if let divergenceFactor, loss > divergenceFactor * first {
            throw DivergenceError(step: batches + 1, loss: loss, firstLoss: first, checkpointStep: checkpointStep)
        }
        (firstLoss, gradientNorm) = (first, norm)
        batches += 1
        let sum = accumulated.map { $0 + gradients } ?? gradients
        guard batches % accumulation == 0 else {
            accumulated = sum
            return
        }
        accumulated = nil
        if let schedule { optimizer.learningRate = schedule(batches / accumulation - 1) }
        optimizer.update(model, along: clipped(accumulation == 1 ? sum : sum * (1 / Float(accumulation))))
        averages?.update(from: model)
    }

    private func clipped(_ gradients: Gradients) -> Gradients {
        let scaled = clipNorm.map { gradients.clipped(byGlobalNorm: $0) } ?? gradients
        return clipValue.map { scaled.clipped(byValue: $0) } ?? scaled
    }

    /// Runs `body` with the averaged weights in the model, where they are kept.
    public func withAverages<R>(_ body: () throws -> R) rethrows -> R {
        exchangeAverages()
        defer { exchangeAverages() }
        return try body()
    }

    /// Exchanges the weights and their averages, where they are kept.
    public func exchangeAverages() { averages?.exchange(with: model) }
}

/// A learner of any model, as a trainer holds it.
public protocol AnyLearner: AnyObject {
    /// What changes the weights.
    var optimizer: any Optimizer { get }
    /// The global norm of the last gradients, before they were clipped.
    var gradientNorm: Float { get }
    /// Exchanges the weights and their averages, where they are kept.
    func exchangeAverages()
    /// The model as a part of a checkpoint.
    var modelPart: CheckpointPart { get }
    /// The learner's parts of a checkpoint, each name with the model's in front.
    func parts(_ name: String) -> [(name: String, part: CheckpointPart)]
    /// The first parameter that is not finite.
    var firstNonFiniteParameter: String? { get }
    /// Notes that a checkpoint of the given step was written or read.
    func noteCheckpoint(step: Int)
}

extension Learner: AnyLearner {
    /// The model as a part of a checkpoint.
    public var modelPart: CheckpointPart { .module(model) }

    /// Model, optimizer, averages, and position, as `model`, `model-optimizer`, and so on.
    public func parts(_ name: String) -> [(name: String, part: CheckpointPart)] {
        let position = CheckpointPart.value {
            LearnerPosition(batches: self.batches, firstLoss: self.firstLoss, firstRate: self.firstRate)
        } set: { (position: LearnerPosition) in
            (self.batches, self.firstLoss) = (position.batches, position.firstLoss)
            // A run that is resumed with another learning rate uses that one.
            if self.firstRate != position.firstRate { self.optimizer.learningRate = self.firstRate }
        } isPossible: {
            isPossibleCount($0.batches)
        }
        return [
            (name, modelPart), ("\(name)-optimizer", .optimizer(optimizer, of: model)), ("\(name)-position", position),
        ] + (averages.map { [("\(name)-averages", .averages($0, of: model))] } ?? [])
            + (accumulation > 1 ? [("\(name)-accumulated", accumulatedPart)] : [])
    }

    /// The gradients that wait for a step.
    private var accumulatedPart: CheckpointPart {
        CheckpointPart { section in
            for name in self.accumulated?.names ?? [] { section.tensors[name] = self.accumulated?[name] }
        } read: { section in
            let (tensors, shapes) = (section.tensors, self.model.namedTensors.mapValues(\.shape))
            for (name, tensor) in tensors where shapes[name] != tensor.shape {
                throw CheckpointMismatch(file: section.file, missing: [], leftOver: [name], misshapen: [])
            }
            return { self.accumulated = tensors.isEmpty ? nil : Gradients(of: self.model, tensors) }
        }
    }

    /// The first parameter that is not finite.
    public var firstNonFiniteParameter: String? {
        model.namedParameters().first { !$0.parameter.stored.isFinite }?.name
    }

    /// Notes that a checkpoint of the given step was written or read.
    public func noteCheckpoint(step: Int) { checkpointStep = step }
}

private struct LearnerPosition: Codable {
    let batches: Int
    let firstLoss: Float?
    let firstRate: Float
}
