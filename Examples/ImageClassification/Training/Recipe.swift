import Gradus
import GradusData
import GradusModels

/// All that decides what a run computes, but network and images. It travels in the checkpoint.
struct Recipe: Codable, Equatable {
    /// What changes the weights.
    enum Method: String, Codable {
        case adam, sgd
    }

    /// How the learning rate changes from step to step.
    enum Rate: String, Codable {
        /// Always the same.
        case constant
        /// Up for 30 % of the steps, then down to almost nothing (Smith & Topin 2017).
        case oneCycle
        /// Divided by `(1 + step / 10000)^¾` (Caffe's LeNet).
        case inverse
        /// A tenth of it from each of the milestones on.
        case milestones
    }

    var epochs = 2
    var batchSize = 100
    /// Whether the last images of an epoch are left out when they do not fill a batch.
    var dropsLast = false
    var method = Method.adam
    var learningRate: Float = 1e-3
    var momentum: Float = 0
    var weightDecay: Float = 0
    var rate = Rate.constant
    /// Shares of the steps, for ``Rate/milestones``.
    var milestones: [Double] = []
    /// The part of a label's probability that goes to all classes alike.
    var smoothing = 0.0
    /// The decay of the averaged weights that are evaluated and kept, when there are any.
    var averaging: Float?
    var images = ImageRecipe()

    /// - Parameter groups: rates and decays of some parameters.
    func newOptimizer(_ groups: [ParameterGroup]) -> any Optimizer {
        switch method {
        case .adam: return Adam(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
        case .sgd:
            return SGD(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, groups: groups)
        }
    }

    /// The rate of each of `steps` steps.
    func schedule(steps: Int) -> Schedule {
        switch rate {
        case .constant: .constant(learningRate)
        case .oneCycle: .oneCycle(peak: learningRate, steps: max(2, steps), rising: 0.3)
        case .inverse: .inverse(learningRate, decay: 1e-4, power: 0.75)
        case .milestones: .step(learningRate, factor: 0.1, at: milestones.map { Int(($0 * Double(steps)).rounded()) })
        }
    }

    /// What a step goes down along.
    func loss(_ network: ImageClassifier, _ batch: ImageBatch, _ pass: Pass) -> Tensor<Float> {
        batch.crossEntropy(network(batch.images, pass), smoothing: smoothing)
    }
}
