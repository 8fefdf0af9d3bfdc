import Gradus
import GradusModels
import GradusTraining

/// The game of `image-generation`, a step as in its Train.swift, with noise that a test may give.
struct GANGame {
    struct Batch {
        let images: Tensor<Float>
        var labels: Tensor<Int32>?
        /// The noise of each round; drawn by default.
        var noise: ((_ round: Int) -> Tensor<Float>)?
    }

    let generator: DCGANGenerator
    let discriminator: DCGANDiscriminator
    let artist: Learner<DCGANGenerator>
    let trainer: Trainer<Batch>

    init(
        _ generator: DCGANGenerator, _ discriminator: DCGANDiscriminator, loss: AdversarialLoss = .logistic,
        target: Float = 1, generatorSteps: Int = 1, averaging: Float? = nil, seed: UInt64 = 1
    ) {
        let random = RandomGenerator(seed: seed)
        let artist = Learner(generator, Adam(learningRate: 2e-4, beta1: 0.5), averaging: averaging)
        let critic = Learner(discriminator, Adam(learningRate: 2e-4, beta1: 0.5))
        trainer = Trainer([("generator", artist), ("discriminator", critic)], random: random) { batch, pass in
            var figures: [(name: String, value: Float)] = []
            for round in 0..<generatorSteps {
                let noise =
                    batch.noise?(round) ?? Tensor(normal: [batch.images.shape[0], generator.noise], using: random)
                let fooled = try artist.minimize {
                    let made = generator(noise, labels: batch.labels, pass)
                    if round == 0 {
                        let values = made.detached()
                        var scores: [Tensor<Float>] = []
                        let judged = try critic.minimize {
                            scores = [batch.images, values].map { discriminator($0, labels: batch.labels, pass) }
                            return loss.discriminator(real: scores[0], fake: scores[1], target: target)
                        }
                        figures = [("discriminator_loss", judged)]
                        figures += zip(["real", "made"], scores).map { ($0, $1.detached().mean().item) }
                    }
                    return loss.generator(fake: discriminator(made, labels: batch.labels, pass))
                }
                if round == 0 { figures.insert(("generator_loss", fooled), at: 1) }
            }
            return figures
        }
        (self.generator, self.discriminator, self.artist) = (generator, discriminator, artist)
    }

    /// One step; returns its figures: both losses, and the mean scores of real and of made images.
    @discardableResult
    func step(
        _ images: Tensor<Float>, labels: Tensor<Int32>? = nil, noise: ((Int) -> Tensor<Float>)? = nil
    ) throws -> [Float] {
        try trainer.step(Batch(images: images, labels: labels, noise: noise))
        return trainer.figures.map(\.value)
    }
}
