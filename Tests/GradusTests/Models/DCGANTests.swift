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
        func newGame(_ seed: UInt64) -> GANGame {
            withRandomSeed(seed) {
                GANGame(
                    DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4),
                    DCGANDiscriminator(
                        size: 8, channels: 1, width: 4, normalization: loss == .logistic ? .batch : .spectral),
                    loss: loss, generatorSteps: 2, averaging: 0.9, seed: seed)
            }
        }
        func images(_ step: Int) -> Tensor<Float> { ReferenceNumbers.spread(step, [5, 8, 8, 1]) }
        let whole = newGame(1)
        for step in 0..<4 { try whole.step(images(step)) }
        try whole.trainer.save(to: file)
        // The averaged generator is there for programs that make images with it.
        let averaged: DCGANGenerator = try Checkpoint(contentsOf: file).model(part: "generator")
        try Checkpoint.restore([("generator-averages", .module(averaged))], from: file)
        #expect(averaged.namedTensors == whole.artist.averages?.values)
        let last = try (4..<8).map { try whole.step(images($0)) }

        let continued = newGame(2)
        try continued.trainer.resume(from: file)
        #expect(continued.trainer.position.step == 4)
        #expect(try (4..<8).map { try continued.step(images($0)) } == last)
        #expect(continued.generator.namedTensors == whole.generator.namedTensors)
        #expect(continued.discriminator.namedTensors == whole.discriminator.namedTensors)
        #expect(continued.artist.averages?.values == whole.artist.averages?.values)
    }

    @Test func aCheckpointOfAnotherGameIsRefused() throws {
        let file = NSTemporaryDirectory() + "gan-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: file) }
        func trainer(_ width: Int) -> Trainer<GANGame.Batch> {
            GANGame(
                DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4),
                DCGANDiscriminator(size: 8, channels: 1, width: width)
            ).trainer
        }
        try trainer(4).save(to: file)
        #expect(throws: CheckpointMismatch.self) { try trainer(5).resume(from: file) }
        // A training of one network has other parts.
        let random = RandomGenerator(seed: 1)
        let alone = Trainer<Int>(DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4), Adam(), random: random) {
            $0(Tensor(zeros: [$1, 6]), $2).mean()
        }
        try alone.save(to: file)
        #expect(throws: FileError.self) { try trainer(4).resume(from: file) }
    }

    /// A loss that is no number ends the step before the discriminator is changed.
    @Test func aBrokenImageIsNotLearned() throws {
        let game = GANGame(
            DCGANGenerator(noise: 6, size: 8, channels: 1, width: 4), DCGANDiscriminator(size: 8, channels: 1, width: 4)
        )
        let before = game.discriminator.convolutions[0].weight.value
        #expect(throws: DivergenceError.self) { try game.step(Tensor(repeating: .nan, shape: [4, 8, 8, 1])) }
        #expect(game.discriminator.convolutions[0].weight.value == before && game.trainer.position.step == 0)
    }

    @Test func configurationsMakeTheSameNetworks() throws {
        let generator = DCGANGenerator(noise: 5, size: Extent2D(8, 12), channels: 3, width: 2, classes: 4)
        let again = try DCGANGenerator(configuration: generator.configuration)
        #expect(again.namedTensors.mapValues(\.shape) == generator.namedTensors.mapValues(\.shape))
        let judge = DCGANDiscriminator(size: 16, channels: 1, width: 2, normalization: .spectral)
        let second = try DCGANDiscriminator(configuration: judge.configuration)
        #expect(second.namedTensors.mapValues(\.shape) == judge.namedTensors.mapValues(\.shape))
        var (odd, wide) = (generator.configuration, judge.configuration)
        (odd.imageShape, wide.width) = ([9, 8, 1], -1)
        #expect(throws: InvalidConfiguration.self) { try DCGANGenerator(configuration: odd) }
        #expect(throws: InvalidConfiguration.self) { try DCGANDiscriminator(configuration: wide) }
    }

    @Test func samplesAreImagesOfOneClassAfterAnother() {
        let generator = DCGANGenerator(noise: 4, size: 8, channels: 1, width: 2, classes: 3)
        let noise = generator.noise(150, seed: 7)
        #expect(noise == generator.noise(150, seed: 7) && noise.shape == [150, 4])
        let labels = generator.labels(150)
        #expect(labels?.scalars.prefix(4) == [0, 1, 2, 0])
        let images = generator.images(noise, labels: labels)
        #expect(images.shape == [150, 8, 8, 1] && images.min().item >= 0 && images.max().item <= 1)
        #expect(images[120..<121] == generator.images(noise[120..<121], labels: labels![120..<121]))
        #expect(DCGANGenerator(noise: 4, size: 8, channels: 1, width: 2).labels(3) == nil)
    }

    @Test func pooledFeaturesAreTheLargestOfSixteenFields() {
        let discriminator = DCGANDiscriminator(size: 32, channels: 1, width: 4)
        let images = Tensor<Float>(uniform: [2, 32, 32, 1], from: -1, to: 1, using: RandomGenerator(seed: 2))
        let pooled = discriminator.pooledFeatures(images)
        #expect(pooled.shape == [2, 16 * (4 + 8 + 16)])
        let first = discriminator.features(images, labels: nil, .inference)[0]
        let corner = first.slice(axis: 1, 0..<4).slice(axis: 2, 0..<4).max(axes: [1, 2])
        #expect(pooled.slice(axis: 1, 0..<4) == corner)
    }
}
