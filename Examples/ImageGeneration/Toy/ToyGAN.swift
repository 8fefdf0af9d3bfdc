import Foundation
import Gradus

/// A game in one dimension: numbers from a bell curve are real, the generator makes numbers of its own.
///
/// Both networks are dense and small, so that a step takes well under a millisecond.
final class ToyGAN {
    /// The real numbers' mean and standard deviation.
    static let mean: Float = 1
    static let deviation: Float = 0.6

    /// From one number of noise to one number.
    let generator: Sequential
    /// From one number to a logit.
    let discriminator: Sequential
    private static let rate: Float = 5e-4
    private let generatorOptimizer = Adam(learningRate: rate, beta1: 0.5)
    private let discriminatorOptimizer = Adam(learningRate: 6 * rate, beta1: 0.5)
    private let random: RandomGenerator
    private let batch = 256

    init(seed: Int) {
        random = RandomGenerator(seed: UInt64(seed))
        (generator, discriminator) = withRandomSeed(UInt64(seed)) {
            (
                Sequential {
                    Dense(1, 32, activation: .tanh)
                    Dense(32, 32, activation: .tanh)
                    Dense(32, 1)
                },
                Sequential {
                    Dense(1, 32, activation: .leakyRelu())
                    Dense(32, 32, activation: .leakyRelu())
                    Dense(32, 1)
                }
            )
        }
    }

    /// `count` numbers of the bell curve, `[count, 1]`.
    func real(_ count: Int) -> Tensor<Float> {
        Tensor(normal: [count, 1], mean: Double(Self.mean), deviation: Double(Self.deviation), using: random)
    }

    /// What the generator makes of the given noise, `[N, 1]`.
    func made(_ noise: Tensor<Float>) -> Tensor<Float> { generator(noise, .inference) }

    /// The probability that each number is real, as the discriminator sees it.
    func belief(_ numbers: [Float]) -> [Float] {
        discriminator(Tensor(numbers, shape: [numbers.count, 1]), .inference).sigmoid().scalars
    }

    /// One step of both players; returns both losses.
    ///
    /// - Parameter progress: 0 at the first step, 1 at the last. The rates fall with it: two players who chase each other
    ///   come to rest only when they take smaller and smaller steps.
    func step(progress: Float) -> (discriminator: Float, generator: Float) {
        generatorOptimizer.learningRate = Self.rate * (1 - progress)
        discriminatorOptimizer.learningRate = 6 * Self.rate * (1 - progress)
        let real = real(batch)
        let noise = Tensor<Float>(normal: [batch, 1], using: random)
        let loss = AdversarialLoss.logistic
        let (d, dGradients) = valueWithGradient(at: discriminator) {
            loss.discriminator(real: discriminator(real, .training), fake: discriminator(made(noise), .training))
        }
        discriminatorOptimizer.update(discriminator, along: dGradients)
        let (g, gGradients) = valueWithGradient(at: generator) {
            loss.generator(fake: discriminator(generator(noise, .training), .training))
        }
        generatorOptimizer.update(generator, along: gGradients)
        return (d.item, g.item)
    }
}
