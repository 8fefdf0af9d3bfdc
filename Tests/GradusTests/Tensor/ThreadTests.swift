import Foundation
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

    @Test func attentionHasTheSameBits() {
        let random = RandomGenerator(seed: 5)
        let x = Tensor<Float>(normal: [1, 1100, 16], using: random)
        let (few, sources) = (Tensor<Float>(normal: [3, 40, 16], using: random), Tensor<Int32>([1, 0, 1]))
        let bias = Tensor<Float>(normal: [2, 40, 40], using: random)
        let runs = [1, 2, 3].map { threads in
            onThreads(threads) { () -> [Float] in
                let (_, long) = valueWithGradient(at: [x]) { x in
                    attention(x[0], x[0], x[0], isCausal: true, dropout: 0.1, using: RandomGenerator(seed: 1)).squared()
                        .sum()
                }
                let (_, shared) = valueWithGradient(at: [few, bias]) { x in
                    attention(x[0], x[0][..<2], x[0][..<2], heads: 2, bias: x[1], sources: sources).squared().sum()
                }
                return (long + shared).flatMap(\.scalars)
            }
        }
        #expect(runs[0] == runs[1] && runs[0] == runs[2])
    }

    /// An image's scores do not depend on those beside it, nor on who computes them.
    @Test func aNetworkNamesImagesAloneAsInABatch() {
        let model = withRandomSeed(1) { MobileNetV2(classes: 7) }
        let images = Tensor<Float>(normal: [9, 40, 48, 3], using: RandomGenerator(seed: 2))
        let alone = Tensor.concatenated((0..<9).map { model(images.slice(axis: 0, $0..<($0 + 1)), .inference) })
        for threads in [1, 2, 3] { #expect(onThreads(threads) { model(images, .inference) } == alone) }
        // A gradient finds its way through a batch of which each image went alone.
        let (value, gradient) = valueWithGradient(at: images) { model($0, .inference).squared().sum() }
        #expect(value.item == alone.squared().sum().item && gradient.shape == images.shape)
        let last = images.slice(axis: 0, 8..<9)
        let expected = gradientOfScores(model, last)
        #expect(
            (gradient.slice(axis: 0, 8..<9) - expected).absoluteValue().max().item <= 1e-6
                * expected.absoluteValue().max().item)
    }

    /// Where images go alone, what they add to a weight's gradient is added in their order.
    @Test func gradientsOfANetworkOnImagesAloneHaveTheSameBits() {
        let model = withRandomSeed(1) { MobileNetV2(classes: 7) }
        let images = Tensor<Float>(normal: [9, 32, 32, 3], using: RandomGenerator(seed: 2))
        let runs = [1, 3, 3, 3].map { threads in
            onThreads(threads) { () -> [Float] in
                let (_, gradients) = valueWithGradient(at: model) { model(images, .inference).squared().sum() }
                return gradients.names.compactMap { gradients[$0] }.flatMap(\.scalars)
            }
        }
        #expect(runs.dropFirst().allSatisfy { $0 == runs[0] })
    }

    /// Much work in small pieces, from more threads than there are processors: each index comes exactly once.
    @Test func everyPieceOfWorkIsDoneOnce() {
        for threads in [2, 3, 16] {
            onThreads(threads) {
                for count in [1, 2, 3, 7, 100] + Array(repeating: 5, count: 2000) {
                    let done = Counts(count)
                    Parallel.forEach(count) { done.add($0) }
                    #expect(done.values.allSatisfy { $0 == 1 })
                }
            }
        }
    }

    private func gradientOfScores(_ model: MobileNetV2, _ x: Tensor<Float>) -> Tensor<Float> {
        valueWithGradient(at: x) { model($0, .inference).squared().sum() }.gradient
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

/// How often each index was seen.
private final class Counts: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var values: [Int]

    init(_ count: Int) { values = [Int](repeating: 0, count: count) }

    func add(_ index: Int) { lock.withLock { values[index] += 1 } }
}
