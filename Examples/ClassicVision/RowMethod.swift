import Foundation
import Gradus
import GradusSVM
import GradusTraining

/// A method that learns from rows of numbers, brought to mean 0 and length 1, and has constants to choose.
protocol RowMethod {
    associatedtype Candidate: Hashable
    var method: Method { get }
    var kind: RowKind { get }
    var candidates: [Candidate] { get }

    /// A candidate in words, such as `C = 0.1`.
    func words(_ candidate: Candidate) -> String

    /// Learns from scaled rows.
    func learned(
        _ rows: Tensor<Float>, _ labels: Tensor<Int32>, _ candidate: Candidate, _ task: LearningTask
    ) throws -> LearnedRows
}

/// What was learned: names the classes of scaled rows; a linear method also shows its weights `[D, K]`, in the order of the
/// classes given.
struct LearnedRows {
    let name: (Tensor<Float>) -> Tensor<Int32>
    var weights: Tensor<Float>?
    var classes: [Int32] = []
}

extension RowMethod {
    /// Chooses a candidate, trains with it, and classifies the test images.
    func outcome(_ task: LearningTask) throws -> Outcome {
        let labels = task.labels
        let (choice, choosing) = try timed {
            let all = task.features.rows(kind, count: task.tuningCount)
            return try task.chosen(method, candidates) { training, held in
                let rows = all.rows(training)
                let scale = FeatureScale(rows, floor: floor)
                let (scaled, others) = (scale(rows), scale(all.rows(held)))
                return try candidates.map { candidate in
                    let found = try learned(scaled, labels.rows(training), candidate, task)
                    return share(of: found.name(others), in: labels.rows(held))
                }
            }
        }
        let ((found, scale), learning) = try timed {
            var rows = task.features.rows(kind, count: task.count)
            let scale = FeatureScale(rows, floor: floor)
            scale.apply(to: &rows)
            return (try learned(rows, labels, choice.candidate, task), scale)
        }
        let (answers, naming) = timed {
            var rows = task.features.testRows(kind)
            scale.apply(to: &rows)
            return found.name(rows)
        }
        return Outcome(
            answers: answers, choice: words(choice.candidate), validation: choice.accuracy,
            learning: choosing + learning, naming: naming,
            templates: kind == .pixels ? found.weights.map { ($0, found.classes) } : nil)
    }

    /// Added to standard deviations: pixels range from 0 to 255, features from 0 to 1.
    private var floor: Float { kind == .pixels ? 0.25 : 1e-3 }
}

/// Softmax regression on pixels: one dense layer, cross-entropy, stochastic gradient descent; the weight decay by
/// cross-validation.
struct SoftmaxMethod: RowMethod {
    let method = Method.softmax
    let kind = RowKind.pixels
    /// C, as in a support vector machine: the weight decay is 1 / (C · N).
    let candidates = [0.03, 0.1, 0.3, 1, 3]

    func words(_ candidate: Double) -> String { String(format: "C = %g", candidate) }

    func learned(
        _ rows: Tensor<Float>, _ labels: Tensor<Int32>, _ candidate: Double, _ task: LearningTask
    ) throws -> LearnedRows {
        let (count, batchSize) = (rows.shape[0], min(200, rows.shape[0]))
        let classes = task.features.images.classNames.count
        let steps = max(120, 6 * count / batchSize)
        let layer = Dense(rows.shape[1], classes, initializer: .zeros)
        let learner = Learner(
            layer, SGD(learningRate: 1, momentum: 0.9, weightDecay: Float(1 / (candidate * Double(count)))),
            schedule: .cosine(from: 1, steps: steps))
        var (order, epoch) = ([Int](), 0)
        for _ in 0..<steps {
            if order.count < batchSize {
                let seed = UInt64(bitPattern: Int64(task.experiment.seed(epoch)))
                order = randomPermutation(count, using: RandomGenerator(seed: seed))
                epoch += 1
            }
            let positions = Array(order.suffix(batchSize))
            order.removeLast(batchSize)
            let (batch, right) = (rows.rows(positions), labels.rows(positions))
            try learner.minimize { softmaxCrossEntropy(layer(batch, .training), right) }
        }
        return LearnedRows(
            name: { layer($0, .inference).argmax() }, weights: layer.weight.value, classes: Array(0..<Int32(classes)))
    }
}
