import Foundation
import Gradus
import GradusModels
import Testing

/// From the same weights and batches as PyTorch, the first 50 losses agree; see Tests/Reference/traces.py.
@Suite struct TraceTests {
    @Test func mnistCNN() throws {
        let model = TFLayersNet(dropout: 0)
        ReferenceNumbers.fill(model)
        let optimizer = Adam(learningRate: 1e-3)
        // Adam stands on a plateau for 20 steps, where the smallest difference decides when it leaves; it grew to 2e-2.
        try compare("mnist_cnn", limit: 5e-2) { step in
            let labels = ReferenceNumbers.labels(step, 50)
            let images = ReferenceNumbers.images(step, labels, [28, 28, 1])
            let (loss, gradients) = valueWithGradient(at: model) {
                softmaxCrossEntropy(model(images, .training), labels)
            }
            optimizer.update(model, along: gradients)
            return ["loss": loss.item]
        }
    }

    @Test func resNet20() throws {
        let model = CIFARResNet(depth: 20)
        ReferenceNumbers.fill(model)
        let optimizer = SGD(learningRate: 0.005, momentum: 0.9, weightDecay: 1e-4)
        try compare("resnet20") { step in
            let labels = ReferenceNumbers.labels(step, 64)
            let images = ReferenceNumbers.images(step, labels, [32, 32, 3])
            let (loss, gradients) = valueWithGradient(at: model) {
                softmaxCrossEntropy(model(images, .training), labels)
            }
            optimizer.update(model, along: gradients)
            return ["loss": loss.item]
        }
    }

    @Test func characterLSTM() throws {
        let model = CharacterModel(vocabulary: 65)
        #expect(model.parameterCount == 240_321)
        ReferenceNumbers.fill(model)
        let optimizer = RMSprop(learningRate: 2e-3, smoothing: 0.95)
        var state: RecurrentState?
        try compare("char_lstm") { step in
            let places = (0..<(50 * 51)).map { place -> Int32 in
                let (n, t) = (place / 51, place % 51)
                return Int32((7 * n + t * (n % 5 + 1) + 50 * step) % 65)
            }
            let text = Tensor(places, shape: [50, 51])
            let (loss, gradients) = valueWithGradient(at: model) {
                let (logits, next) = model(text.slice(axis: 1, 0..<50), state: state, .training)
                state = next.detached()
                return softmaxCrossEntropy(logits, text.slice(axis: 1, 1..<51))
            }
            optimizer.update(model, along: gradients.clipped(byValue: 5))
            return ["loss": loss.item]
        }
    }

    @Test func dcgan() throws {
        let generator = DCGANGenerator(noise: 50, size: 32, channels: 3, width: 32)
        let discriminator = DCGANDiscriminator(size: 32, channels: 3, width: 32)
        ReferenceNumbers.fill(generator, fixed: 0.1)
        ReferenceNumbers.fill(discriminator, fixed: 0.1)
        let (gStep, dStep) = (Adam(learningRate: 2e-4, beta1: 0.5), Adam(learningRate: 2e-4, beta1: 0.5))
        let (real, fake) = (Tensor<Float>(ones: [64]), Tensor<Float>(zeros: [64]))
        try compare("dcgan") { step in
            let images = ReferenceNumbers.images(step, ReferenceNumbers.labels(step, 64), [32, 32, 3])
            let noise = ReferenceNumbers.spread(3000 + step, [64, 50])
            let made = generator(noise, .training)
            let (dLoss, dGradients) = valueWithGradient(at: discriminator) {
                binaryCrossEntropy(discriminator(images, .training), real)
                    + binaryCrossEntropy(discriminator(made, .training), fake)
            }
            dStep.update(discriminator, along: dGradients)
            let (gLoss, gGradients) = valueWithGradient(at: generator) {
                binaryCrossEntropy(discriminator(generator(noise, .training), .training), real)
            }
            gStep.update(generator, along: gGradients)
            return ["discriminator": dLoss.item, "generator": gLoss.item]
        }
    }

    /// Runs 50 steps and compares their losses with PyTorch's: 1e-4 at the first, 5e-4 in the first ten, and `limit` at the
    /// last, after rounding has grown with every step.
    private func compare(_ name: String, limit: Double = 1e-2, _ step: (Int) -> [String: Float]) throws {
        let data = try Data(contentsOf: fixture("traces.json"))
        let traces = try JSONDecoder().decode([String: [String: [Double]]].self, from: data)
        let expected = try #require(traces[name])
        var differences: [[Double]] = []
        for index in 0..<50 {
            let losses = step(index)
            try differences.append(
                losses.map { key, loss in
                    let reference = try #require(expected[key])[index]
                    return abs(Double(loss) - reference) / abs(reference)
                })
        }
        let (first, early) = (differences[0].max()!, differences[..<10].joined().max()!)
        let last = differences[49].max()!
        print("trace \(name): relative difference \(first) at step 1, \(early) in ten steps, \(last) at step 50")
        #expect(first <= 1e-4)
        #expect(early <= 5e-4)
        #expect(last <= limit)
    }
}
