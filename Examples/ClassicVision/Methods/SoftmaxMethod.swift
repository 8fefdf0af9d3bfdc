import ExampleSupport
import Foundation
import Gradus
import GradusTraining

/// Softmax regression on pixels: one dense layer, cross-entropy, stochastic gradient descent; the weight decay by
/// cross-validation.
struct SoftmaxMethod: RowMethod {
    let method = Method.softmax
    let kind = RowKind.pixels
    /// C, as of a support vector machine: the weight decay is 1 / (C · N).
    let candidates = [0.03, 0.1, 0.3, 1, 3]

    func words(_ candidate: Double) -> String { String(format: "C = %g", candidate) }

    func learned(
        _ rows: Tensor<Float>, _ labels: Tensor<Int32>, _ candidate: Double, _ task: LearningTask
    ) throws -> LearnedRows {
        let (count, batchSize) = (rows.shape[0], min(200, rows.shape[0]))
        let layer = withRandomSeed(UInt64(task.seed)) {
            Dense(rows.shape[1], task.store.images.classNames.count, initializer: .zeros)
        }
        let steps = max(120, 6 * count / batchSize)
        let rate = Schedule.cosine(from: 1, steps: steps)
        let optimizer = SGD(
            learningRate: 1, momentum: 0.9, weightDecay: Float(1 / (candidate * Double(count))))
        var order: [Int] = []
        var epoch = 0
        for step in 0..<steps {
            if order.count < batchSize {
                order = randomPermutation(
                    count, using: RandomGenerator(seed: UInt64(bitPattern: Int64(task.seed &* 1000 &+ epoch))))
                epoch += 1
            }
            let positions = Array(order.suffix(batchSize))
            order.removeLast(batchSize)
            let (batch, right) = (rows.rows(positions), labels.rows(positions))
            let (loss, gradients) = valueWithGradient(at: layer) {
                softmaxCrossEntropy(layer(batch, .training), right)
            }
            guard loss.item.isFinite else { throw DivergenceError(step: step + 1, loss: loss.item, parameter: nil) }
            optimizer.learningRate = rate(step)
            optimizer.update(layer, along: gradients)
        }
        let classes = (0..<Int32(task.store.images.classNames.count)).map { $0 }
        return LearnedRows(
            name: { layer($0, .inference).argmax() }, weights: layer.weight.value, classes: classes)
    }
}
