import Foundation
import Gradus
import GradusText

extension Preset {
    /// How the weights are found.
    struct Training: Codable, Equatable {
        /// Which sentences come together; see `PairGrouping`.
        enum Grouping: String, Codable { case pools, buckets }

        /// What changes the weights.
        enum Method: String, Codable { case adam, sgd }

        /// What the sum of a batch's cross-entropies is divided by.
        enum Divisor: String, Codable { case perWord, perSentence }

        var epochs: Int
        var batchSize: Int
        var grouping: Grouping
        var method: Method
        /// Adam's decay of the mean square.
        var beta2: Float?
        var learningRate: Float
        var rate: Rate
        /// The largest global norm of a gradient.
        var clip: Float
        var loss: Divisor
        /// The share of a word's probability that is spread over all words.
        var smoothing: Double
        /// The decay of the averaged weights that are evaluated and kept; nil for none.
        var averaging: Float?

        func newOptimizer() -> any Optimizer {
            switch method {
            case .adam: Adam(learningRate: learningRate, beta2: beta2 ?? 0.999)
            case .sgd: SGD(learningRate: learningRate)
            }
        }

        var pairGrouping: PairGrouping {
            switch grouping {
            case .pools: .pools(batches: 50)
            case .buckets: .buckets(width: 10, count: 5)
            }
        }

        var problem: String? {
            if !(1...100_000).contains(epochs) || !(1...100_000).contains(batchSize) {
                return "\"training\": epochs and batchSize must be 1 to 100000, got \(epochs) and \(batchSize)"
            }
            if !(learningRate > 0 && learningRate.isFinite && clip > 0) {
                return "\"training\": learningRate and clip must be above 0, got \(learningRate) and \(clip)"
            }
            if !(0..<1).contains(smoothing) || !(0..<1).contains(averaging ?? 0) || !(0..<1).contains(beta2 ?? 0) {
                return "\"training\": smoothing, averaging and beta2 must be in 0..<1"
            }
            return rate.problem
        }
    }

    /// How the learning rate changes from step to step.
    struct Rate: Codable, Equatable {
        enum Rule: String, Codable {
            /// Always the same.
            case constant
            /// Half a cosine down to a hundredth at the last step.
            case cosine
            /// Divided by √(step / warmup) (Vaswani et al. 2017).
            case inverseRoot
            /// Times `factor` every `every` steps that follow step `from` (tensorflow/nmt).
            case steps
        }

        var rule: Rule
        /// Steps of a linear rise at the beginning.
        var warmup: Int?
        var from: Int?
        var every: Int?
        var factor: Float?

        func schedule(_ rate: Float, steps: Int) -> Schedule {
            let rise = warmup ?? 0
            switch rule {
            case .constant: return Schedule.constant(rate).warmedUp(steps: rise)
            case .cosine:
                return Schedule.cosine(from: rate, to: rate / 100, steps: max(1, steps - rise)).warmedUp(steps: rise)
            case .inverseRoot:
                return Schedule.inverseSquareRoot(peak: rate, warmup: rise)
            case .steps:
                let from = max(0, (from ?? 0) - rise)
                let fall = Schedule.exponential(
                    rate, factor: factor ?? 0.5, every: max(1, every ?? 1000), isStaircase: true)
                return Schedule { step in fall(max(0, step - from)) }.warmedUp(steps: rise)
            }
        }

        var problem: String? {
            let counts = [warmup ?? 0, from ?? 0, every ?? 1]
            return counts.allSatisfy { (0...100_000_000).contains($0) } && (every ?? 1) > 0 && (factor ?? 1) > 0
                ? nil : "\"rate\": warmup and from must not be negative, every and factor must be above 0"
        }
    }
}
