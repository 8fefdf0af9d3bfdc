import Foundation
import Gradus
import GradusTraining

/// What one method reached with one number of images.
struct Score: Codable {
    let method: Method
    let count: Int
    let accuracy: Double
    let validation: Double?
    let choice: String
    /// Further figures by their names in the log.
    let figures: [String: Double]
    /// Seconds to choose and learn, and to name all test images.
    let learning: Double
    let naming: Double
    /// How often each class was taken for each, `[right][answered]`.
    let confusion: [[Int]]

    init(_ method: Method, _ count: Int, _ outcome: Outcome, _ features: FeatureStore) {
        (self.method, self.count) = (method, count)
        (validation, choice, figures) = (outcome.validation, outcome.choice, outcome.figures)
        (learning, naming) = (outcome.learning, outcome.naming)
        accuracy = share(of: outcome.answers, in: features.testLabels)
        let classes = features.images.classNames.count
        var matrix = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
        for (right, answer) in zip(features.testLabels.scalars, outcome.answers.scalars) {
            matrix[Int(right)][Int(answer)] += 1
        }
        confusion = matrix
    }

    /// The method's place in the list of all.
    var place: Int { Method.allCases.firstIndex(of: method) ?? 0 }

    /// Prints and logs the score.
    func report(_ experiment: Experiment) throws {
        experiment.print(
            String(format: "%6d images  ", count) + method.title.padded(to: 20)
                + String(
                    format: "%6.2f %% right; learned in %.1f s, named in %.1f s; %@", 100 * accuracy, learning, naming,
                    choice))
        try experiment.log.write(
            "score",
            [
                ("method", .text(method.rawValue)), ("images", .integer(count)), ("accuracy", .number(accuracy)),
                ("choice", .text(choice)),
            ] + (validation.map { [("validation_accuracy", .number($0))] } ?? [])
                + figures.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }
                + [("learning_seconds", .number(learning)), ("naming_seconds", .number(naming))])
    }
}

extension Compare {
    /// Prints the images, the methods and the settings of a run.
    func describe(_ experiment: Experiment, _ images: ChosenImages, _ counts: [Int], _ methods: [Method]) {
        experiment.describe([
            "data": images.source,
            "images": "\(images.training.count) to learn from, \(images.test.count) to evaluate on, \(images.shape)",
            "sizes": counts.map(String.init).joined(separator: ", "),
            "methods": methods.map(\.rawValue).joined(separator: ", "),
            "choosing": "\(folds)-fold cross-validation among \(tuningImages) images at most",
        ])
    }

    /// Where an accuracy should lie, for runs that have been recorded: that, and as much on both sides as other seeds and fewer
    /// test images move it.
    func expected(_ score: Score, _ images: ChosenImages, _ size: RunSize) -> ClosedRange<Double>? {
        guard size != .smoke, cellSize == nil, folds == 5 else { return nil }
        return Self.recorded[images.dataset]?[score.count]?[score.method]
    }

    private static let recorded: [Dataset: [Int: [Method: ClosedRange<Double>]]] = [
        // CIFAR-10, JPEG copy; the original is a little easier.
        .cifar10: [
            3000: [
                .nearestL1: 0.25...0.34, .nearestL2: 0.23...0.32, .softmax: 0.30...0.40, .linearSVM: 0.32...0.42,
                .hogLinearSVM: 0.44...0.54, .hogRadialSVM: 0.49...0.59, .network: 0.42...0.62,
            ],
            10_000: [
                .nearestL1: 0.28...0.38, .nearestL2: 0.26...0.35, .softmax: 0.34...0.43, .linearSVM: 0.35...0.44,
                .hogLinearSVM: 0.47...0.56, .hogRadialSVM: 0.55...0.64,
            ],
            50_000: [
                .nearestL1: 0.37...0.42, .nearestL2: 0.34...0.39, .softmax: 0.38...0.44, .linearSVM: 0.38...0.44,
                .hogLinearSVM: 0.50...0.57, .hogRadialSVM: 0.61...0.68, .network: 0.70...0.82,
            ],
        ],
        .fashion: [
            3000: [
                .nearestL1: 0.75...0.83, .nearestL2: 0.75...0.83, .softmax: 0.70...0.84, .linearSVM: 0.76...0.85,
                .hogLinearSVM: 0.75...0.84, .hogRadialSVM: 0.79...0.87, .network: 0.75...0.88,
            ]
        ],
    ]
}
