import Foundation
import Gradus
import GradusModels
import GradusTraining
import Testing

/// Sizes, classes and checkpoints of the two networks.
@Suite struct DCGANTests {
    @Test(arguments: [
        (28, 28, 7, 7), (32, 32, 4, 4), (64, 64, 4, 4), (128, 128, 4, 4), (112, 92, 28, 23), (8, 12, 4, 6),
    ])
    func everySizeDivisibleByFour(_ height: Int, _ width: Int, _ baseHeight: Int, _ baseWidth: Int) {
        let size = Extent2D(height, width)
        let generator = DCGANGenerator(noise: 3, size: size, channels: 1, width: 2)
        let discriminator = DCGANDiscriminator(size: size, channels: 1, width: 2)
        let made = generator(Tensor(normal: [2, 3]), .training)
        #expect(made.shape == [2, height, width, 1] && generator.imageShape == [height, width, 1])
        #expect(made.absoluteValue().max().item <= 1)
        #expect(discriminator(made, .training).shape == [2])
        #expect(Array(generator.convolutions[0].weight.shape.prefix(2)) == [baseHeight, baseWidth])
    }

    @Test func thePapersNetworkHasItsSizes() {
        let (generator, discriminator) = (DCGANGenerator(), DCGANDiscriminator())
        #expect(generator.parameterCount == 3_576_704 && discriminator.parameterCount == 2_765_568)
        let names = generator.namedParameters().map(\.name)
        #expect(names.contains("convolutions.4.weight") && names.contains("norms.3.runningMean"))
        // Spectral normalization needs nothing but its vectors, and no norms of the outputs.
        let spectral = DCGANDiscriminator(normalization: .spectral)
        #expect(spectral.norms.isEmpty && spectral.spectralNorms.count == 5)
        #expect(spectral.parameter(named: "spectralNorms.1.inputs")?.shape == [1024])
    }

    @Test func theFeaturesAreTheInnerLayers() {
        let discriminator = withRandomSeed(1) { DCGANDiscriminator(size: 32, channels: 3, width: 4, classes: 2) }
        let images = Tensor<Float>(uniform: [3, 32, 32, 3], from: -1, to: 1, using: RandomGenerator(seed: 2))
        let features = discriminator.features(images, labels: Tensor<Int32>([0, 1, 0]), .inference)
        #expect(features.map(\.shape) == [[3, 16, 16, 4], [3, 8, 8, 8], [3, 4, 4, 16]])
    }

    @Test func aClassChangesImageAndScore() {
        let (generator, discriminator) = withRandomSeed(1) {
            (
                DCGANGenerator(noise: 4, size: 28, channels: 1, width: 4, classes: 3),
                DCGANDiscriminator(size: 28, channels: 1, width: 4, classes: 3)
            )
        }
        let noise = Tensor<Float>(normal: [2, 4], using: RandomGenerator(seed: 3))
        let made = [Tensor<Int32>([0, 0]), Tensor<Int32>([2, 2])].map { generator(noise, labels: $0, .inference) }
        #expect((made[0] - made[1]).absoluteValue().max().item > 1e-4)
        let scores = [Tensor<Int32>([0, 0]), Tensor<Int32>([2, 2])].map {
            discriminator(made[0], labels: $0, .inference)
        }
        #expect((scores[0] - scores[1]).absoluteValue().max().item > 1e-5)
    }

    /// The largest singular value of every normalized weight is near 1 once the vectors have settled.
    @Test func spectralNormalizationLimitsTheSteepness() {
        let layer = withRandomSeed(1) { Conv2D(8, 16, kernel: 4) }
        let norm = withRandomSeed(2) { SpectralNorm(of: layer.weight.value, rounds: 200) }
        let a = norm(layer.weight.value, .inference).reshaped(to: [128, 16])
        var u = Tensor<Float>(normal: [16], using: RandomGenerator(seed: 4))
        var length: Float = 0
        for _ in 0..<300 {
            let next = matmul(matmul(a, u), a)
            length = next.squared().sum().squareRoot().item
            u = next / length
        }
        #expect(abs(length.squareRoot() - 1) < 1e-3)
    }

    @Test(arguments: AdversarialLoss.allCases)
    func trainingGoesOnBitForBit(_ loss: AdversarialLoss) throws {
        let file = NSTemporaryDirectory() + "gan-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: file) }
        func newTrainer(_ seed: UInt64) -> GANTrainer {
            withRandomSeed(seed) {
                GANTrainer(
                    DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4),
                    DCGANDiscriminator(
                        size: 8, channels: 1, width: 4, normalization: loss == .logistic ? .batch : .spectral),
                    loss: loss, generatorSteps: 2, averaging: 0.9, random: RandomGenerator(seed: seed))
            }
        }
        func images(_ step: Int) -> Tensor<Float> { ReferenceNumbers.spread(step, [5, 8, 8, 1]) }
        let whole = newTrainer(1)
        for step in 0..<4 { try whole.step(images(step)) }
        try whole.save(to: file)
        let last = try (4..<8).map { try whole.step(images($0)) }

        let continued = newTrainer(2)
        try continued.resume(from: file)
        #expect(continued.state.step == 4)
        #expect(try (4..<8).map { try continued.step(images($0)) } == last)
        #expect(continued.generator.namedTensors == whole.generator.namedTensors)
        #expect(continued.discriminator.namedTensors == whole.discriminator.namedTensors)
        #expect(continued.average?.values == whole.average?.values)
        #expect(try GANTrainer.averagedGenerator(in: file).count == whole.generator.namedTensors.count)
    }

    @Test func aCheckpointOfAnotherGameIsRefused() throws {
        let file = NSTemporaryDirectory() + "gan-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let random = RandomGenerator(seed: 1)
        func trainer(_ width: Int) -> GANTrainer {
            GANTrainer(
                DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4),
                DCGANDiscriminator(size: 8, channels: 1, width: width), random: random)
        }
        try trainer(4).save(to: file)
        #expect(throws: CheckpointMismatch.self) { try trainer(5).resume(from: file) }
        let model = DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4)
        try Checkpoint.save(model, Adam(), random, TrainingState(), to: file)
        #expect(throws: FileError.self) { try trainer(4).resume(from: file) }
    }

    /// A loss that is no number ends the step before the discriminator is changed.
    @Test func aBrokenImageIsNotLearned() throws {
        let trainer = GANTrainer(
            DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4),
            DCGANDiscriminator(size: 8, channels: 1, width: 4),
            random: RandomGenerator(seed: 1))
        let before = trainer.discriminator.convolutions[0].weight.value
        #expect(throws: DivergenceError.self) { try trainer.step(Tensor(repeating: .nan, shape: [4, 8, 8, 1])) }
        #expect(trainer.discriminator.convolutions[0].weight.value == before && trainer.state.step == 0)
    }
}
