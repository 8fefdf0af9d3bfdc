import Foundation
import Gradus
import GradusData
import GradusTraining
import GradusVision

/// Measures how close the images of a trained generator come to real ones.
struct Score: Command {
    static let name = "score"
    static let summary =
        "measures how near made images come to real ones: the Fréchet distance, precision and recall of what a classifier "
        + "sees in them, each beside that of real images against real ones; and how many images of each class there are."
    static let examples = [
        CommandExample("score", "evaluate the generator of the last run"),
        CommandExample("score --snapshots", "all that a run with --snapshots kept, as a chart"),
        CommandExample("score --svm", "the paper's measure: classify real images by what the discriminator sees"),
    ]

    let source = GeneratorFlags()
    @Flag("measure the generators of all epochs that the run kept") var snapshots = false
    @Flag("images to compare; by default 10,000, or 200 of a smoke run", 10...100_000) var samples: Int?
    @Flag("the evaluator, a model of image-classification; by default one is trained and kept", placeholder: "FILE")
    var classifier: String?
    @Flag("where the real images are; by default as in the training", placeholder: "FOLDER") var data: String?
    @Flag("learn a linear SVM from the discriminator's features and from pixels") var svm = false
    @Flag("images that the SVM learns from", 20...1_000_000) var svmImages = 10_000

    func prepare() throws {
        if snapshots && source.generator != nil {
            throw $snapshots.error("it measures all generators that a run kept, --generator one; leave one of them out")
        }
        if svm && (snapshots || source.generator != nil || classifier != nil) {
            throw $svm.error("it evaluates the run's discriminator alone; leave the flags of generators out")
        }
        if !svm && $svmImages.isGiven { throw $svmImages.error("it belongs to --svm") }
    }

    func run() throws {
        if svm { return try scoreDiscriminator() }
        let network = try source.load()
        let images = try network.record.imageSet(data)
        let (folder, isSmoke) = (try OutputFolder(source.out), network.record.isSmoke)
        let log = EventLog(URL(fileURLWithPath: folder.file("score.jsonl")))
        let evaluator =
            try classifier.map { try FeatureClassifier($0) }
            ?? FeatureClassifier.trained(on: images, keptAt: folder.file("classifier.safetensors"))
        let score = try GenerationScore(
            evaluator, images, count: samples ?? (isSmoke ? 200 : 10_000), seed: source.seed)
        let accuracy = images.test.flatMap { evaluator.accuracy(on: $0) }
        showTable([
            ("seed", "\(source.seed)"), ("generator", snapshots ? "\(source.out)/snapshots" : network.path),
            ("real images", images.source),
            (
                "evaluator",
                (classifier ?? "a classifier trained on them")
                    + (accuracy.map { String(format: ", %.2f %% right on test images", 100 * $0) } ?? "")
            ),
            ("compared", "\(score.count) made or real images with \(score.count) other real ones"),
        ])
        let generators = try snapshots ? self.snapshots(folder.path) : [network]
        let evaluations = try generators.map { generator in
            let evaluation = try score.evaluation(of: generator.model, seed: UInt64(source.seed))
            try note("generator", generator.path, evaluation, log)
            return evaluation
        }
        if snapshots { try drawDistances(generators, evaluations, score).write(to: folder.file("frechet.svg")) }
        try note("real", "other real images", score.floor, log)
        let last = evaluations[evaluations.count - 1]
        showClasses(images.classNames, last, score.floor)
        let shown = network.model.noise(20, seed: UInt64(source.seed))
        try score.nearestImages(network.model.images(shown, labels: network.model.labels(20)))
            .write(to: folder.file("nearest.png"))
        images.showSkipped()
        try folder.finish(metrics(last, score.floor, network.record), log)
    }

    /// The generators that the run kept, in the order of their epochs.
    private func snapshots(_ run: String) throws -> [TrainedGenerator] {
        let path = "\(run)/snapshots"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
            .filter { $0.hasSuffix(".safetensors") }
        guard !names.isEmpty else {
            throw FileError(path: path, problem: "holds no generators", advice: "Run train with --snapshots first.")
        }
        return try names.map { try TrainedGenerator("\(path)/\($0)") }
    }

    /// The distances of the snapshots over their epochs, with that of real images.
    private func drawDistances(
        _ generators: [TrainedGenerator], _ evaluations: [GenerationScore.Evaluation], _ score: GenerationScore
    ) -> LineChart {
        let points = zip(generators, evaluations).map { generator, evaluation in
            let name = URL(fileURLWithPath: generator.path).lastPathComponent
            return (x: Double(name.filter(\.isNumber)) ?? 0, y: evaluation.distance)
        }
        return LineChart(
            title: "How near the samples come to real images", x: "epoch", y: "squared Fréchet distance",
            series: [
                .init("samples", points), .init("real against real", points.map { ($0.x, score.floor.distance) }),
            ], isLogarithmic: true)
    }

    /// Prints an evaluation and writes it to the log.
    private func note(
        _ kind: String, _ path: String, _ evaluation: GenerationScore.Evaluation, _ log: EventLog
    ) throws {
        let (name, overlap) = (URL(fileURLWithPath: path).lastPathComponent, evaluation.overlap)
        let agreement = evaluation.agreement.map { String(format: ", %.2f %% read as their class", 100 * $0) } ?? ""
        let figures = String(
            format: "distance %.3f, precision %.3f, recall %.3f", evaluation.distance, overlap.precision, overlap.recall
        )
        show("\(name): \(figures)\(agreement)")
        try log.write(
            "score",
            [
                "of": .text(kind), "name": .text(name), "frechet_distance": .number(evaluation.distance),
                "precision": .number(overlap.precision), "recall": .number(overlap.recall),
                "class_shares": .list(evaluation.classShares.map { .number($0) }),
            ])
    }

    /// Prints the share of each class among generated and among real images.
    private func showClasses(
        _ names: [String], _ made: GenerationScore.Evaluation, _ real: GenerationScore.Evaluation
    ) {
        guard names.count == made.classShares.count && names.count <= 40 else { return }
        show("\nshare of each class, by the classifier:     made     real")
        for (name, shares) in zip(names, zip(made.classShares, real.classShares)) {
            let blanks = String(repeating: " ", count: max(1, 38 - name.count))
            show("  \(name)\(blanks)" + String(format: "%6.2f %% %6.2f %%", 100 * shares.0, 100 * shares.1))
        }
    }

    /// The metrics of the result. Two have a limit that the generator of a long enough run on a known set should reach.
    private func metrics(
        _ made: GenerationScore.Evaluation, _ real: GenerationScore.Evaluation, _ record: NetworkRecord
    ) -> [Metric] {
        let dataset = record.images.dataset
        let isLong = record.epochs >= 10 && [.fashion, .mnist].contains(dataset) && !record.isSmoke
        let agreement = made.agreement.map {
            Metric("read_as_their_class", $0, unit: "%", atLeast: isLong && dataset == .mnist ? 0.95 : nil)
        }
        return [
            Metric("frechet_distance", made.distance), Metric("real_frechet_distance", real.distance),
            Metric("precision", made.overlap.precision), Metric("real_precision", real.overlap.precision),
            Metric("recall", made.overlap.recall), Metric("real_recall", real.overlap.recall),
            Metric("smallest_class_share", made.classShares.min() ?? 0, unit: "%", atLeast: isLong ? 0.04 : nil),
        ] + [agreement].compactMap { $0 }
    }
}
