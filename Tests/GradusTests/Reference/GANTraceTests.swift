import Foundation
import Gradus
import GradusModels
import Testing

/// Whole steps of both players against PyTorch, from the same weights, images and noise; see Tests/Reference/gan.py.
@Suite struct GANTraceTests {
    private let file: [String: Tensor<Float>]

    init() throws { file = try SafeTensors(contentsOf: fixture("gan.safetensors")).tensors }

    private func part(_ key: String) throws -> Tensor<Float> { try #require(file[key], "\(key)") }

    @Test func logistic() throws { try compare("logistic", .logistic, .batch) }

    @Test func logisticWithClassesAndTwoGeneratorSteps() throws {
        try compare("logistic, classes, two generator steps", .logistic, .batch, classes: 3, rounds: 2)
    }

    @Test func leastSquaresSmoothed() throws {
        try compare("least-squares, smoothed", .leastSquares, .none, target: 0.9)
    }

    @Test func hingeWithSpectralNormalization() throws {
        try compare("hinge, spectral", .hinge, .spectral, classes: 3)
    }

    @Test func wassersteinWithSpectralNormalization() throws {
        try compare("wasserstein, spectral", .wasserstein, .spectral)
    }

    @Test func spectralNormAgreesWithPyTorch() throws {
        struct Model: Module {
            let weight: Parameter
            let norm: SpectralNorm
        }
        let start = ReferenceNumbers.spread(0, [4, 4, 3, 5]) * 0.2
        let model = Model(weight: Parameter(start), norm: SpectralNorm(of: start))
        setOutputs(model.norm, 700)
        let upstream = ReferenceNumbers.spread(800, [4, 4, 3, 5])
        for round in 1...40 {
            var normalized = start
            let (_, gradients) = valueWithGradient(at: model) {
                let value = model.norm(model.weight.value, .training)
                normalized = value.detached()
                return (value * upstream).sum()
            }
            guard round == 3 || round == 40 else { continue }
            #expect(try difference(normalized, part("spectral/\(round)/weight")) < 2e-6)
            #expect(try difference(gradients["weight"]!, part("spectral/\(round)/gradient")) < 4e-6)
            #expect(try difference(model.norm.outputs.value, part("spectral/\(round)/outputs")) < 2e-6)
        }
        // In an inference pass the vectors stay.
        let before = model.norm.outputs.value
        _ = model.norm(start, .inference)
        #expect(model.norm.outputs.value == before)
    }

    private func setOutputs(_ norm: SpectralNorm, _ tensor: Int) {
        let u = ReferenceNumbers.spread(tensor, norm.outputs.shape)
        norm.outputs.value = u / u.squared().sum().squareRoot()
    }

    /// Runs 10 steps and compares both losses and the mean scores.
    private func compare(
        _ name: String, _ loss: AdversarialLoss, _ normalization: DCGANDiscriminator.Normalization, classes: Int = 0,
        target: Float = 1, rounds: Int = 1
    ) throws {
        let size = Extent2D(28, 32)
        let game = GANGame(
            DCGANGenerator(noise: 5, size: size, channels: 2, width: 6, classes: classes),
            DCGANDiscriminator(size: size, channels: 2, width: 6, classes: classes, normalization: normalization),
            loss: loss, target: target, generatorSteps: rounds)
        ReferenceNumbers.fill(game.generator, fixed: 0.2)
        ReferenceNumbers.fill(game.discriminator, fixed: 0.2)
        for (index, norm) in game.discriminator.spectralNorms.enumerated() { setOutputs(norm, 700 + index) }
        let expected = try part("trace/\(name)")
        for step in 0..<10 {
            let images = ReferenceNumbers.spread(1000 + step, [8, 28, 32, 2])
            let labels = Tensor((0..<8).map { Int32((3 * $0 + step) % max(1, classes)) })
            let found = try game.step(images, labels: classes > 0 ? labels : nil) { round in
                ReferenceNumbers.spread(3000 + 10 * step + round, [8, 5])
            }
            for (figure, column) in zip(found, 0...) {
                let reference = expected.element(at: step, column)
                #expect(
                    abs(figure - reference) <= 2e-4 * max(1, abs(reference)),
                    "step \(step), column \(column): \(figure) against \(reference)")
            }
        }
    }
}
