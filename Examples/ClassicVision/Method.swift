import Foundation
import Gradus
import GradusData
import GradusTraining

/// A way to tell images apart.
enum Method: String, FlagValue, CaseIterable {
    case nearestL1 = "knn-l1"
    case nearestL2 = "knn-l2"
    case softmax
    case linearSVM = "linear-svm"
    case hogLinearSVM = "hog-svm"
    case hogRadialSVM = "hog-rbf"
    case network
    case resNet = "resnet20"

    /// Its name in charts and tables.
    var title: String {
        switch self {
        case .nearestL1: "neighbors, L1"
        case .nearestL2: "neighbors, L2"
        case .softmax: "softmax, pixels"
        case .linearSVM: "linear SVM, pixels"
        case .hogLinearSVM: "linear SVM, HOG"
        case .hogRadialSVM: "RBF SVM, HOG"
        case .network: "small network"
        case .resNet: "ResNet-20"
        }
    }

    /// Its name among the metrics of a result.
    var figure: String { rawValue.replacing("-", with: "_") + "_accuracy" }

    var isNeighbors: Bool { self == .nearestL1 || self == .nearestL2 }

    /// Trains on the task's images and classifies the test images.
    func outcome(_ task: LearningTask) throws -> Outcome {
        switch self {
        case .nearestL1, .nearestL2: try NeighborsMethod(method: self).outcome(task)
        case .softmax: try SoftmaxMethod().outcome(task)
        case .linearSVM, .hogLinearSVM: try LinearSVMMethod(method: self).outcome(task)
        case .hogRadialSVM: try RadialSVMMethod().outcome(task)
        case .network, .resNet: try NetworkMethod(method: self).outcome(task)
        }
    }
}

/// A task: learn from the first `count` training images, and classify the test images.
struct LearningTask {
    let experiment: Experiment
    let settings: Compare
    let features: FeatureStore
    /// How many images are learned from.
    let count: Int

    var seed: Int { experiment.seed }
    var images: LabeledImages { features.images.training.prefix(count) }
    var labels: Tensor<Int32> { features.labels[0..<count] }

    /// How many images take part in choosing constants.
    var tuningCount: Int { min(count, settings.tuningImages) }

    /// The best of `candidates` by cross-validation among the first images. A choice is kept for its method and number of
    /// images.
    ///
    /// - Parameter right: gives each candidate's share of right answers, from the positions to learn from and the held-out ones.
    func chosen<Candidate: Hashable>(
        _ method: Method, _ candidates: [Candidate], right: (_ training: [Int], _ held: [Int]) throws -> [Double]
    ) throws -> (candidate: Candidate, accuracy: Double) {
        let key = "\(method.rawValue) \(tuningCount)"
        if let known = features.choices[key] as? (Candidate, Double) { return known }
        let folds = try Folds(features.labels[0..<tuningCount], count: settings.folds, seed: seed)
        let tried = try CrossValidation(candidates, folds) { training, held in
            try experiment.checkInterruption()
            return try right(training, held)
        }
        let best = (tried.best.candidate, tried.best.mean)
        features.choices[key] = best
        return best
    }
}

/// The result of a method for a task.
struct Outcome {
    /// The class of each test image.
    var answers: Tensor<Int32>
    /// What was chosen, in words, such as `k = 5`.
    var choice = ""
    /// The share of right answers in cross-validation; nil where nothing was chosen.
    var validation: Double?
    /// Further figures by their names in the log.
    var figures: [String: Double] = [:]
    /// Seconds to choose and learn, and seconds to classify all test images.
    var learning = 0.0
    var naming = 0.0
    /// The weights of a linear method on pixels, `[D, K]`, and which classes their columns belong to.
    var templates: (weights: Tensor<Float>, classes: [Int32])?
}

/// Runs `body` and says how long it took.
func timed<R>(_ body: () throws -> R) rethrows -> (result: R, seconds: Double) {
    let start = ProcessInfo.processInfo.systemUptime
    let result = try body()
    return (result, ProcessInfo.processInfo.systemUptime - start)
}

/// The share of answers that equal their labels.
func share(of answers: Tensor<Int32>, in labels: Tensor<Int32>) -> Double {
    let right = zip(answers.scalars, labels.scalars).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
    return Double(right) / Double(max(1, labels.count))
}

extension Tensor where Scalar: NumericScalar {
    /// The rows at the given positions.
    func rows(_ positions: [Int]) -> Tensor { gathering(Tensor<Int32>(positions.map { Int32($0) })) }
}
