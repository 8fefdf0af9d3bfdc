import Foundation
import Gradus
import Synchronization
import Testing

/// What many tasks do at once comes out as one after the other. Run it under ThreadSanitizer as Docs/decisions.md says.
@Suite struct ConcurrencyTests {
    private struct Small: Layer {
        let convolution = Conv2D(2, 16, kernel: 3, padding: .same)
        let norm = BatchNorm(16, activation: .relu)
        let lstm = LSTM(192, 16)
        let attention = MultiHeadAttention(16, heads: 2)
        let dropout = Dropout(0.2)
        let output = Dense(16, 3)

        func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
            let features = norm(convolution(x, pass), pass).reshaped(to: [x.shape[0], 12, 192])
            return output(dropout(attention(lstm(features, pass), pass).mean(axes: [1]), pass), pass)
        }
    }

    /// Two steps of training on shared images, towards what a shared snapshot says, and a look at the gradient of the input.
    private static func trained(
        _ seed: UInt64, _ images: Tensor<Float>, _ labels: Tensor<Int32>, _ teacher: Snapshot<Small>
    ) -> [Float] {
        let model = withRandomSeed(seed) { Small() }
        let (optimizer, random) = (AdamW(), RandomGenerator(seed: seed))
        for _ in 0..<2 {
            let (_, gradients) = valueWithGradient(at: model) {
                let scores = model(images, .training(using: random))
                return softmaxCrossEntropy(scores, labels) + meanSquaredError(scores, teacher(images))
            }
            optimizer.update(model, along: gradients)
        }
        let (_, slope) = valueWithGradient(at: images) { x in teacher { $0(x, .inference) }.squared().sum() }
        return model.namedParameters().flatMap { $0.parameter.value.scalars } + slope.scalars
    }

    @Test func eightTasksTrainEightModels() async {
        let images = Tensor<Float>(normal: [16, 12, 12, 2], using: RandomGenerator(seed: 1))
        let labels = Tensor<Int32>((0..<16).map { $0 % 3 })
        let teacher = withRandomSeed(2) { Small() }.snapshot()
        let seeds = (0..<8).map { UInt64($0) }
        let alone = seeds.map { Self.trained($0, images, labels, teacher) }
        let together = await withTaskGroup(of: (UInt64, [Float]).self) { group in
            for seed in seeds { group.addTask { (seed, Self.trained(seed, images, labels, teacher)) } }
            return await group.reduce(into: [UInt64: [Float]]()) { $0[$1.0] = $1.1 }
        }
        for (seed, expected) in zip(seeds, alone) { #expect(together[seed] == expected) }
        #expect(alone[0] != alone[1])
    }

    /// A call that has begun earlier meets a tensor that another thread's call is recording.
    @Test func aTensorOfAnotherTasksCallIsAConstant() throws {
        final class Meeting: Sendable {
            let tensor = Mutex<Tensor<Float>?>(nil)
            let gradient = Mutex<Tensor<Float>?>(nil)
            let (begun, recorded, used, done) = (
                DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0),
                DispatchSemaphore(value: 0)
            )
        }
        let (w, x) = (Tensor<Float>([1, 2]), Tensor<Float>([3, 5]))
        let meeting = Meeting()
        Thread.detachNewThread {
            meeting.begun.wait()
            let (_, gradient) = valueWithGradient(at: w) { w in
                let h = w * 2
                meeting.tensor.withLock { $0 = h }
                meeting.recorded.signal()
                meeting.used.wait()
                return h.sum()
            }
            meeting.gradient.withLock { $0 = gradient }
            meeting.done.signal()
        }
        let (_, outer) = valueWithGradient(at: x) { x in
            meeting.begun.signal()
            meeting.recorded.wait()
            let h = meeting.tensor.withLock { $0! }
            // The other call is the younger one; neither the operation nor the graph of an inner call is its own.
            let (_, slope) = valueWithGradient(at: x, createGraph: true) { (x * $0 * h).sum() + ($0 * h).sum() }
            let (_, inputs) = valueWithGradient(at: h, createGraph: true) { ($0 * x).sum() }
            let loss = (slope * h).sum() + inputs.squared().sum()
            meeting.used.signal()
            meeting.done.wait()
            return loss
        }
        // The slopes are x h + h and x, so the loss has the gradient h² + 2 x.
        #expect(outer.scalars == [10, 26])
        #expect(meeting.gradient.withLock { $0 }?.scalars == [2, 2])
    }

    /// Tasks that begin inside a call inherit that it runs, but may outlive it.
    @Test func aTensorOfACallThatHasEndedIsAConstantInTasksThatOutliveIt() async {
        let hasEnded = DispatchSemaphore(value: 0)
        var task: Task<[Float], Never>?
        _ = valueWithGradient(at: Tensor<Float>([1, 2])) { w in
            let h = w * 2
            task = Task.inheriting(after: hasEnded) { (h * 3).scalars }
            return h.sum()
        }
        hasEnded.signal()
        #expect(await task?.value == [6, 12])
    }
}

extension Task where Success == [Float], Failure == Never {
    /// A task with the locals of the one that makes it, whose work begins after a signal.
    fileprivate static func inheriting(
        after signal: DispatchSemaphore, _ body: @escaping @Sendable () -> [Float]
    ) -> Task {
        Task {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    signal.wait()
                    continuation.resume()
                }
            }
            return body()
        }
    }
}
