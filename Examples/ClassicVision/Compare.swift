import Foundation
import Gradus
import GradusTraining

/// Every method learns from more and more images, and is evaluated on others.
struct Compare: TrainingCommand {
    static let name = "compare"
    static let summary =
        "tells images apart as it was done before deep learning: nearest neighbors, linear classifiers on pixels, "
        + "histograms of gradients and colors with support vector machines; and draws them all and a network in one chart, "
        + "accuracy against the number of images learned from. Chapter 04 of Docs explains it step by step."
    static let examples = [
        CommandExample("", "all methods on up to 3,000 images, about a minute"),
        CommandExample(
            "compare --methods hog-rbf knn-l1 --sizes 100 1000 10000", "two methods, other numbers of images"),
        CommandExample(
            "compare --full", "up to 50,000 images, all test images, and ResNet-20 too: half an hour, and 4 GiB"),
        CommandExample("cat-dog", "cats against dogs, with the features of Golle's attack"),
    ]

    let source = SourceFlags()
    @Flag(
        "the methods to compare", full: Method.allCases,
        check: { Set($0).count == $0.count ? nil : "each method once" })
    var methods = Method.allCases.filter { $0 != .resNet }
    @Flag(
        "how many images to learn from", smoke: [50, 200], full: [100, 300, 1000, 3000, 10_000, 50_000],
        check: { $0.allSatisfy((2...10_000_000).contains) ? nil : "numbers of images from 2 on" })
    var sizes = [100, 300, 1000, 3000]
    @Flag("the most images to evaluate on", 1...10_000_000, smoke: 200, full: 10_000) var testImages = 2000
    @Flag("parts of a cross-validation", 2...100) var folds = 5
    @Flag("the most images that constants are chosen with", 4...100_000, smoke: 50, full: 3000) var tuningImages = 1000
    @Flag("the side of a cell of gradients; by default a quarter of the image's", 2...64) var cellSize: Int?
    @Flag("passes of the networks over their images, 100 steps at least", 1...10_000, smoke: 1, full: 4) var epochs = 3
    @Flag("images in a network's batch", 1...10_000) var batchSize = 50
    @Flag("the small network's highest step size", above: 0) var learningRate: Float = 1e-3

    func prepare() throws {
        try source.check()
        try checkFolds(folds, of: min(sizes.min() ?? 0, tuningImages), "larger --sizes or --tuning-images")
    }

    func run(_ experiment: Experiment) throws {
        // In the order of the seed every beginning has all classes in proportion, so larger sets hold the smaller ones.
        let images = try source.load(testLimit: testImages, seed: experiment.seed)
        let counts = try counts(of: images)
        let features = FeatureStore(images, cellSize: try cellSize(of: images), most: counts[counts.count - 1])
        let methods = Method.allCases.filter(methods.contains)
        let figures = CompareImages(experiment: experiment, features: features)
        describe(experiment, images, counts, methods)

        // What is done is kept, so that a resumed run does the rest.
        var scores: [Score] = []
        experiment.keep(
            "scores",
            .value {
                scores
            } set: {
                scores = $0
            })
        try experiment.begin(fingerprint: images.fingerprint)
        if !scores.isEmpty { show("continuing after \(scores.count) results\n") }
        try figures.drawGradients()
        for count in counts {
            let isLast = count == counts.last
            for method in methods where !scores.contains(where: { $0.method == method && $0.count == count }) {
                try experiment.checkInterruption()
                let task = LearningTask(experiment: experiment, settings: self, features: features, count: count)
                let outcome = try method.outcome(task)
                let score = Score(method, count, outcome, features)
                scores.append(score)
                try score.report(experiment)
                if isLast {
                    try figures.drawTemplates(method, outcome)
                    try figures.drawNeighbors(method, count)
                    try figures.drawConfusion(scores.filter { $0.count == count })
                }
                try figures.drawChart(scores, methods)
                try experiment.save()
            }
        }
        images.showLeftOut()

        // The accuracies with the most images, beside what was recorded.
        let last = scores.filter { $0.count == counts.last }.sorted { $0.place < $1.place }
        let neighbors = last.filter(\.method.isNeighbors).map(\.accuracy).max()
        try experiment.finish(
            (neighbors.map { [Metric("knn_accuracy", $0, unit: "%")] } ?? [])
                + last.map {
                    Metric($0.method.figure, $0.accuracy, unit: "%", expected: expected($0, images, experiment.size))
                }
                + [
                    Metric("best_accuracy", last.map(\.accuracy).max() ?? .nan, unit: "%"),
                    Metric("images", Double(counts[counts.count - 1])),
                ])
    }

    /// The numbers of images that the set suffices for; where it ends earlier, all of it as the last.
    private func counts(of images: ChosenImages) throws -> [Int] {
        let there = images.training.count
        guard there >= 2 * folds else { throw images.tooFew(there, folds: folds) }
        guard !methods.contains(.resNet) || images.training.imageShape == [32, 32, 3] else {
            throw UsageError(
                "resnet20 takes 32 × 32 pixels in color, these have \(images.shape); leave it out of --methods")
        }
        let wanted = Set(sizes).sorted()
        let possible = wanted.filter { $0 <= there }
        return possible.count == wanted.count || possible.last == there ? possible : possible + [there]
    }

    private func cellSize(of images: ChosenImages) throws -> Int {
        let side = min(images.training.imageShape[0], images.training.imageShape[1])
        guard 2 * (cellSize ?? 1) <= side else {
            throw UsageError(
                "a block is 2 cells wide, so --cell-size takes at most \(side / 2) for images of \(side) pixels")
        }
        return cellSize ?? side / 4
    }
}

/// Throws unless a cross-validation can have so many parts.
func checkFolds(_ folds: Int, of count: Int, _ flags: String) throws {
    guard 2 * folds <= count else {
        throw UsageError(
            "\(count) images cannot be cut into \(folds) folds of at least 2; give \(flags), "
                + "or a smaller number of --folds")
    }
}
