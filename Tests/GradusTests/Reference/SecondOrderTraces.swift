import Foundation
import Gradus
import Testing

/// Trainings that need gradients of gradients, beside PyTorch; see Tests/Reference/second_order.py.
@Suite struct SecondOrderTraces {
    private struct Critic: Layer {
        let body = Sequential {
            Conv2D(1, 16, kernel: 5, stride: 2, padding: .symmetric(2), activation: .leakyRelu(slope: 0.2))
            Conv2D(16, 32, kernel: 5, stride: 2, padding: .symmetric(2), activation: .leakyRelu(slope: 0.2))
            Flatten()
            Dense(1568, 1)
        }
        func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { body(x, pass) }
    }

    /// The critic of a Wasserstein GAN with a gradient penalty (Gulrajani et al. 2017) on 64 garments.
    @Test func penaltyOfACritic() throws {
        let file = try SafeTensors(contentsOf: fixture("wgan.safetensors")).tensors
        let images = try #require(file["images"]) / 127.5 - 1
        let expected = try #require(file["losses"]).scalars
        let critic = Critic()
        ReferenceNumbers.fill(critic)
        let optimizer = Adam(learningRate: 1e-3, beta1: 0, beta2: 0.9)
        for (step, reference) in expected.enumerated() {
            let fake = ReferenceNumbers.spread(1000 + step, [64, 28, 28, 1])
            let share = (ReferenceNumbers.spread(2000 + step, [64, 1, 1, 1]) + 1) / 2
            let (loss, gradients) = valueWithGradient(at: critic) {
                let (_, slope) = valueWithGradient(at: share * images + (1 - share) * fake, createGraph: true) {
                    critic($0, .training).sum()
                }
                let penalty = (slope.squared().sum(axes: [1, 2, 3]).squareRoot() - 1).squared().mean()
                return critic(fake, .training).mean() - critic(images, .training).mean() + 10 * penalty
            }
            optimizer.update(critic, along: gradients)
            #expect(
                abs(loss.item - reference) <= 1e-3 * max(1, abs(reference)), "step \(step): \(loss.item), \(reference)")
        }
    }

    /// A network of three dense layers as plain tensors, so that adapted weights can take the place of the first.
    private func network(_ x: Tensor<Float>, _ w: [Tensor<Float>]) -> Tensor<Float> {
        linear(linear(linear(x, w[0], w[1], activation: .tanh), w[2], w[3], activation: .tanh), w[4], w[5])
    }

    private func weights(_ sizes: [Int], _ random: RandomGenerator) -> [Tensor<Float>] {
        zip(sizes, sizes.dropFirst()).flatMap { inputs, outputs in
            [
                Tensor(normal: [inputs, outputs], using: random) * (1 / Float(inputs)).squareRoot(),
                Tensor(zeros: [outputs]),
            ]
        }
    }

    /// Model-agnostic meta-learning (Finn et al. 2017): one step from ten points of an unseen sinusoid.
    @Test func metaLearningOfSinusoids() {
        let random = RandomGenerator(seed: 1)
        let model = PlainModel(weights([1, 40, 40, 1], random))
        func number(_ low: Double, _ high: Double) -> Float {
            Tensor<Float>(uniform: [], from: low, to: high, using: random).item
        }
        func adaptedLoss(_ w: [Tensor<Float>]) -> Tensor<Float> {
            let (amplitude, phase) = (number(0.1, 5), number(0, .pi))
            let x = Tensor<Float>(uniform: [20, 1], from: -5, to: 5, using: random)
            let y = (x + phase).sin() * amplitude
            let (_, g) = valueWithGradient(at: w, createGraph: true) {
                meanSquaredError(network(x[..<10], $0), y[..<10])
            }
            return meanSquaredError(network(x[10...], zip(w, g).map { $0 - 0.05 * $1 }), y[10...])
        }
        let optimizer = Adam(learningRate: 2e-3)
        for _ in 0..<600 {
            let (_, gradients) = valueWithGradient(at: model) {
                (0..<4).map { _ in adaptedLoss(model.values) }.reduce(Tensor(0), +) / 4
            }
            optimizer.update(model, along: gradients)
        }
        let reached = (0..<100).map { _ in adaptedLoss(model.values).item }.reduce(0, +) / 100
        // PyTorch with five seeds: 0.79 to 1.18.
        #expect(reached < 1.3)
    }

    /// A physics-informed net (Raissi et al. 2019): u″ + 2 u′ + 26 u = 0 with u(0) = 1, u′(0) = 0, and no data.
    @Test func aDampedOscillatorFromItsEquation() {
        let model = PlainModel(weights([1, 32, 32, 1], RandomGenerator(seed: 2)))
        let t = Tensor<Float>(linearFrom: 0, to: 1, count: 30).reshaped(to: [30, 1])
        func u(_ t: Tensor<Float>) -> Tensor<Float> { network(4 * t - 2, model.values) }
        let optimizer = Adam(learningRate: 5e-3)
        for step in 0..<2000 {
            // At a constant rate the error leaps up now and then, here as in PyTorch: within the last 100 steps to 0.015.
            if step == 1500 { optimizer.learningRate = 5e-4 }
            let (_, gradients) = valueWithGradient(at: model) {
                var slope = t
                let (_, curvature) = valueWithGradient(at: t, createGraph: true) { t in
                    slope = valueWithGradient(at: t, createGraph: true) { u($0).sum() }.gradient
                    return slope.sum()
                }
                let residual = curvature + 2 * slope + 26 * u(t)
                let start = (u(t[..<1]) - 1).squared().sum() + 0.1 * slope[0].squared().sum()
                return 1e-3 * residual.squared().mean() + start
            }
            optimizer.update(model, along: gradients)
        }
        let exact = (-t).exp() * ((5 * t).cos() + 0.2 * (5 * t).sin())
        let error = (u(t) - exact).squared().mean().squareRoot().item
        // Six seeds: 0.0004 to 0.0024.
        #expect(error < 0.005)
    }
}

/// Tensors as the parameters of a model.
private struct PlainModel: Module {
    let tensors: [Parameter]
    init(_ tensors: [Tensor<Float>]) { self.tensors = tensors.map { Parameter($0) } }
    var values: [Tensor<Float>] { tensors.map(\.value) }
}
