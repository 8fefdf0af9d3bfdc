import Gradus
import GradusTraining

/// Training of a GAN: the discriminator learns to tell real images from generated ones, the generator to produce images that
/// the discriminator classifies as real.
///
/// ```swift
/// let trainer = GANTrainer(DCGANGenerator(), DCGANDiscriminator(), random: RandomGenerator(seed: 1))
/// for batch in images { try trainer.step(batch.images * 2 - 1) }
/// ```
public final class GANTrainer {
    /// The figures of a step.
    public struct Step: Equatable, Sendable {
        /// The discriminator's loss before its update.
        public let discriminatorLoss: Float
        /// The generator's loss before its first update.
        public let generatorLoss: Float
        /// The mean of D(x) over the batch: a score, which is a logit under the logistic loss.
        public let realScore: Float
        /// The mean of D(G(z)) over the batch, before the discriminator's update.
        public let fakeScore: Float

        /// A step with the given figures.
        public init(discriminatorLoss: Float, generatorLoss: Float, realScore: Float, fakeScore: Float) {
            (self.discriminatorLoss, self.generatorLoss) = (discriminatorLoss, generatorLoss)
            (self.realScore, self.fakeScore) = (realScore, fakeScore)
        }
    }

    /// Generates images.
    public let generator: DCGANGenerator
    /// Scores images.
    public let discriminator: DCGANDiscriminator
    /// The losses of both.
    public let loss: AdversarialLoss
    /// The target of real images in the discriminator's loss: 1, or less with one-sided label smoothing.
    public let realTarget: Float
    /// The number of generator updates per discriminator update.
    public let generatorSteps: Int
    /// The generator's optimizer.
    public let generatorOptimizer: Adam
    /// The discriminator's optimizer.
    public let discriminatorOptimizer: Adam
    /// The generator of the noise.
    public let random: RandomGenerator
    /// The progress of the training.
    public internal(set) var state = TrainingState()
    /// The step of the last checkpoint that was written or resumed from.
    var checkpointStep: Int?
    /// The moving average of the generator's weights; `nil` without averaging.
    public internal(set) var average: AveragedWeights?

    /// A trainer of the two networks.
    ///
    /// - Parameters:
    ///   - learningRate: the step size of both optimizers.
    ///   - beta1: Adam's β₁; the default is the DCGAN paper's 0.5.
    ///   - averaging: the decay of the moving average of the generator's weights; `nil` for none.
    /// - Traps: when the networks have different classes, or the loss has no target to be smoothed.
    public init(
        _ generator: DCGANGenerator, _ discriminator: DCGANDiscriminator, loss: AdversarialLoss = .logistic,
        realTarget: Float = 1, generatorSteps: Int = 1, learningRate: Float = 2e-4, beta1: Float = 0.5,
        averaging: Float? = nil, random: RandomGenerator
    ) {
        check(
            generator.classes == discriminator.classes,
            "GANTrainer: a generator of \(generator.classes) classes and a discriminator of \(discriminator.classes)")
        check(generatorSteps > 0, "GANTrainer: expected one generator step or more, got \(generatorSteps)")
        check(realTarget == 1 || loss.hasTarget, "GANTrainer: \(loss.rawValue) has no target to smooth")
        (self.generator, self.discriminator, self.loss) = (generator, discriminator, loss)
        (self.realTarget, self.generatorSteps, self.random) = (realTarget, generatorSteps, random)
        generatorOptimizer = Adam(learningRate: learningRate, beta1: beta1)
        discriminatorOptimizer = Adam(learningRate: learningRate, beta1: beta1)
        average = averaging.map { AveragedWeights(of: generator, decay: $0) }
    }

    /// One step of both players.
    ///
    /// - Parameters:
    ///   - images: real images from −1 to 1, `[N, H, W, C]`.
    ///   - labels: their classes, `[N]`, also used for the generated images; `nil` without classes.
    /// - Throws: `DivergenceError`; the network whose loss diverged is as before the step.
    @discardableResult
    public func step(_ images: Tensor<Float>, labels: Tensor<Int32>? = nil) throws -> Step {
        try step(images, labels: labels) { [random, generator] _ in
            Tensor(normal: [images.shape[0], generator.noise], using: random)
        }
    }

    /// The same with given noise for each generator step.
    package func step(
        _ images: Tensor<Float>, labels: Tensor<Int32>?, noise: (_ round: Int) -> Tensor<Float>
    ) throws -> Step {
        let pass = Pass.training(using: random)
        var (judged, fooled): (Judgement?, Float) = (nil, 0)
        for round in 0..<generatorSteps {
            let noise = noise(round)
            // One pass through the generator serves both updates: the discriminator uses the images as constants, the
            // generator differentiates through them.
            let (value, gradients) = try valueWithGradient(at: generator) {
                let made = generator(noise, labels: labels, pass)
                if round == 0 { judged = try updateDiscriminator(images, made.detached(), labels, pass) }
                return loss.generator(fake: discriminator(made, labels: labels, pass))
            }
            try checkFinite(value.item, gradients)
            if round == 0 { fooled = value.item }
            generatorOptimizer.update(generator, along: gradients)
        }
        // The average starts with a low decay, so that the first steps' weights soon lose influence.
        if let average {
            average.update(from: generator, decay: min(average.decay, Float(1 + state.step) / Float(10 + state.step)))
        }
        state.step += 1
        state.batch += 1
        return Step(
            discriminatorLoss: judged!.loss, generatorLoss: fooled, realScore: judged!.real, fakeScore: judged!.made)
    }

    private typealias Judgement = (loss: Float, real: Float, made: Float)

    private func updateDiscriminator(
        _ images: Tensor<Float>, _ made: Tensor<Float>, _ labels: Tensor<Int32>?, _ pass: Pass
    ) throws -> Judgement {
        var scores: (real: Tensor<Float>, made: Tensor<Float>)!
        let (value, gradients) = valueWithGradient(at: discriminator) {
            scores = (discriminator(images, labels: labels, pass), discriminator(made, labels: labels, pass))
            return loss.discriminator(real: scores.real, fake: scores.made, target: realTarget)
        }
        try checkFinite(value.item, gradients)
        discriminatorOptimizer.update(discriminator, along: gradients)
        return (value.item, scores.real.detached().mean().item, scores.made.detached().mean().item)
    }

    private func checkFinite(_ loss: Float, _ gradients: Gradients) throws {
        guard loss.isFinite else {
            throw DivergenceError(
                step: state.step + 1, loss: loss, parameter: gradients.firstNonFinite, checkpointStep: checkpointStep)
        }
    }

    /// Begins the next epoch.
    public func finishEpoch() {
        state.epoch += 1
        state.batch = 0
    }

    /// Runs `body` with the generator's averaged weights, or with its weights when there is no average.
    public func withShownGenerator<R>(_ body: (DCGANGenerator) throws -> R) rethrows -> R {
        guard let average else { return try body(generator) }
        return try average.withAverages(in: generator) { try body(generator) }
    }
}
