import ExampleSupport
import Foundation
import Gradus
import GradusData

/// One thing to do: learn from the first `count` images, and name those of the test.
struct LearningTask {
    let store: FeatureStore
    let settings: CompareSettings
    /// How many images are learned from.
    let count: Int

    var images: LabeledImages { store.images.training.prefix(count) }
    var labels: Tensor<Int32> { store.labels[0..<count] }
    var seed: Int { settings.seed }

    /// How many images take part in choosing constants.
    var tuningCount: Int { min(count, settings.tuningLimit) }

    /// Tries `candidates` by cross-validation among the first images. What was chosen for as many images once is not
    /// searched for again.
    ///
    /// - Parameter right: from positions to learn from and positions held out, the share of right answers of each candidate.
    func chosen<Candidate: Hashable>(
        _ method: Method, _ candidates: [Candidate], right: (_ training: [Int], _ held: [Int]) throws -> [Double]
    ) throws -> (candidate: Candidate, accuracy: Double) {
        let key = "\(method.rawValue) \(tuningCount)"
        if let known = store.choices[key] as? (Candidate, Double) { return known }
        let folds = try Folds(store.labels[0..<tuningCount], count: settings.folds, seed: seed)
        let tried = try CrossValidation(candidates, folds) { training, held in
            if Interrupt.isRequested { throw InterruptedMethod() }
            return try right(training, held)
        }
        let best = (tried.best.candidate, tried.best.mean)
        store.choices[key] = best
        return best
    }
}

/// Ctrl-C came while a method was at work.
struct InterruptedMethod: Error {}

/// What a method made of a task.
struct Outcome {
    /// The class of each test image.
    var answers: Tensor<Int32>
    /// What was chosen, for a reader, as `k = 5`.
    var choice = ""
    /// The share of right answers in cross-validation; nil where nothing was chosen.
    var validation: Double?
    /// Further figures by their names in the log.
    var figures: [String: Double] = [:]
    /// Seconds to choose and learn, and seconds to name all test images.
    var learning = 0.0
    var naming = 0.0
}

/// Runs `body` and says how long it took.
func timed<R>(_ body: () throws -> R) rethrows -> (result: R, seconds: Double) {
    let start = ProcessInfo.processInfo.systemUptime
    let result = try body()
    return (result, ProcessInfo.processInfo.systemUptime - start)
}

/// The share of equal numbers.
func share(of answers: Tensor<Int32>, in labels: Tensor<Int32>) -> Double {
    let right = zip(answers.scalars, labels.scalars).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
    return Double(right) / Double(max(1, labels.count))
}

extension Tensor where Scalar: NumericScalar {
    /// The rows at the given positions.
    func rows(_ positions: [Int]) -> Tensor { gathering(Tensor<Int32>(positions.map { Int32($0) })) }
}
