import Gradus
import GradusModels
import Testing

/// One seed gives the same bits whatever the number of threads.
@Suite(.serialized) struct ThreadTests {
    @Test func aTrainingStepHasTheSameBitsOnAnyNumberOfThreads() {
        let runs = [1, 2, 3].map { threads in onThreads(threads) { trainedBits() } }
        #expect(runs[0] == runs[1] && runs[0] == runs[2])
    }

    @Test func recurrentAndNormalisedStepsHaveTheSameBits() {
        let runs = [1, 2, 3].map { threads in
            onThreads(threads) { () -> [Float] in
                let random = RandomGenerator(seed: 5)
                let lstm = withRandomSeed(3) { LSTM(20, 40, layers: 2, isBidirectional: true) }
                let norm = BatchNorm(70)
                let x = Tensor<Float>(normal: [96, 12, 20], using: random)
                let wide = Tensor<Float>(normal: [64, 30, 70], using: random)
                let (_, first) = valueWithGradient(at: lstm) { lstm(x, .inference).squared().mean() }
                let (_, second) = valueWithGradient(at: norm) { norm(wide, .training).squared().mean() }
                let gradients = first.names.compactMap { first[$0] } + second.names.compactMap { second[$0] }
                return gradients.flatMap(\.scalars)
            }
        }
        #expect(runs[0] == runs[1] && runs[0] == runs[2])
    }

    private func trainedBits() -> [Float] {
        let model = withRandomSeed(1) { TFLayersNet() }
        let optimizer = Adam()
        let random = RandomGenerator(seed: 2)
        let images = Tensor<Float>(uniform: [24, 28, 28, 1], using: random)
        let labels = Tensor<Int32>(uniform: [24], in: 0..<10, using: random)
        for _ in 0..<2 {
            let (_, gradients) = valueWithGradient(at: model) {
                softmaxCrossEntropy(model(images, .training(using: random)), labels)
            }
            optimizer.update(model, along: gradients)
        }
        return model.parameters.flatMap { $0.value.scalars }
    }

    private func onThreads<R>(_ count: Int, _ body: () -> R) -> R {
        let before = Parallel.threads
        Parallel.threads = count
        defer { Parallel.threads = before }
        return body()
    }
}
