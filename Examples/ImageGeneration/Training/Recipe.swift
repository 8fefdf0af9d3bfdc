import Gradus
import GradusModels

/// All that decides what a run computes, but the images themselves; it travels in the checkpoint.
struct Recipe: Codable, Equatable {
    /// Height, width and channels of an image.
    var imageShape = [28, 28, 1]
    /// The number of classes that the networks are told; 0 for none.
    var classes = 0
    /// The length of the noise.
    var noise = 100
    /// The channels beside the image; each layer further in has twice as many.
    var width = 32
    var loss = AdversarialLoss.logistic
    var normalization = DCGANDiscriminator.Normalization.batch
    /// By how much less than 1 real images count for.
    var smoothing: Float = 0
    var generatorSteps = 1
    var learningRate: Float = 2e-4
    var beta1: Float = 0.5
    /// The decay of the averaged generator that is shown and exported, when there is one.
    var averaging: Float? = 0.995
    var batchSize = 64
    var epochs = 1
    var seed = 1

    private var size: Extent2D { Extent2D(imageShape[0], imageShape[1]) }

    /// A generator with new weights.
    func newGenerator() -> DCGANGenerator {
        DCGANGenerator(noise: noise, size: size, channels: imageShape[2], width: width, classes: classes)
    }

    /// A discriminator with new weights.
    func newDiscriminator() -> DCGANDiscriminator {
        DCGANDiscriminator(
            size: size, channels: imageShape[2], width: width, classes: classes, normalization: normalization)
    }

    /// Two players with new weights, drawn from the seed.
    func newTrainer() -> GANTrainer {
        withRandomSeed(UInt64(seed)) {
            GANTrainer(
                newGenerator(), newDiscriminator(), loss: loss, realTarget: 1 - smoothing,
                generatorSteps: generatorSteps, learningRate: learningRate, beta1: beta1, averaging: averaging,
                random: RandomGenerator(seed: UInt64(seed)))
        }
    }

    /// Multiply-adds of a step for one image: the generator forward and backward, the discriminator forward and backward
    /// on a real and a made image, and once more for the generator without the gradient of its weights.
    var multiplyAddsOfAStep: Int {
        let plain = with { $0.classes = 0 }
        let g = plain.newGenerator().summary(input: [1, noise]).multiplyAdds
        let d = plain.newDiscriminator().summary(input: [1] + imageShape).multiplyAdds
        return 6 * d + generatorSteps * (3 * g + 2 * d)
    }

    private func with(_ change: (inout Recipe) -> Void) -> Recipe {
        var copy = self
        change(&copy)
        return copy
    }

    /// Whether a run can have such numbers; a damaged file may say anything.
    var isPossible: Bool {
        let counts = [noise, width, batchSize, epochs, generatorSteps] + imageShape
        return imageShape.count == 3 && counts.allSatisfy { $0 > 0 && $0 <= 1_000_000 } && width <= 1024
            && noise <= 4096 && Self.isPossible(height: imageShape[0], width: imageShape[1])
            && [1, 3].contains(imageShape[2]) && (0...1000).contains(classes) && seed >= 0 && generatorSteps <= 20
            && learningRate.isFinite && learningRate > 0 && (0..<1).contains(smoothing) && (0..<1).contains(beta1)
            && (0..<1).contains(averaging ?? 0) && (smoothing == 0 || loss.hasTarget)
    }

    /// Whether the networks make images of such a size.
    static func isPossible(height: Int, width: Int) -> Bool {
        [height, width].allSatisfy { $0 >= 8 && $0 <= 512 && $0 % 4 == 0 }
    }
}
