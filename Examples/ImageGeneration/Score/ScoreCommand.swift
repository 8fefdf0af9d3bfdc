import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusTraining
import GradusVision

/// Measures how near the images of a trained generator come to the real ones.
struct ScoreCommand {
    private let flags: Flags
    private let out: String
    private let seed: Int
    private let samples: Int?

    init(_ flags: Flags) throws {
        self.flags = flags
        out = flags.text("--out") ?? "out/image-generation"
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        samples = try flags.integer("--samples", in: 10...100_000)
        if flags.has("--snapshots") && flags.has("--generator") {
            throw UsageError(
                "--snapshots measures all generators that a run kept, --generator one; leave one of them out")
        }
        if flags.has("--svm") && (flags.has("--snapshots") || flags.has("--generator") || flags.has("--classifier")) {
            throw UsageError("--svm evaluates the run's discriminator alone; leave the flags of generators out")
        }
        if !flags.has("--svm") && flags.has("--svm-images") {
            throw UsageError("--svm-images belongs to --svm")
        }
    }

    func run() throws {
        if flags.has("--svm") { return try DiscriminatorScore(flags, out: out, seed: seed).run() }
        let start = ProcessInfo.processInfo.systemUptime
        let network = try TrainedGenerator(flags)
        let record = network.record
        let isSmoke = record.size == "smoke"
        let images = try record.chosenImages(data: flags.text("--data"))
        let folder = try RunFolder(out)
        let report = ScoreReport(try EventLog(URL(fileURLWithPath: folder.file("score.jsonl"))))
        let evaluator =
            try flags.text("--classifier").map { try FeatureClassifier($0) }
            ?? FeatureClassifier.trained(on: images, keptAt: folder.file("classifier.safetensors"), isSmoke: isSmoke)
        let score = try GenerationScore(evaluator, images, count: samples ?? (isSmoke ? 200 : 10_000), seed: seed)
        describe(network, images, score)

        let evaluation: GenerationScore.Evaluation
        if flags.has("--snapshots") {
            evaluation = try scoreSnapshots(score, report, folder)
        } else {
            evaluation = try measured(network, score)
            try report.note("generator", network.path, evaluation)
        }
        try report.note("real", "other real images", score.floor)
        report.showClasses(images.classNames, evaluation, floor: score.floor)
        try NearestImages(score).drawn(network.samples(20, seed: seed)).write(to: folder.file("nearest.png"))

        try RunResult(
            report.figures(evaluation, floor: score.floor, record) + [
                RunResult.Figure("seconds", ProcessInfo.processInfo.systemUptime - start, unit: "s"),
                RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
            ]
        ).report(to: report.log)
        images.showSkipped()
        folder.listFiles()
    }

    private func measured(_ network: TrainedGenerator, _ score: GenerationScore) throws -> GenerationScore.Evaluation {
        try score.evaluation(
            on: network.samples(score.count, seed: seed), labels: network.labels(score.count))
    }

    /// All generators that the run kept, and their distances as a chart; the evaluation on the last.
    private func scoreSnapshots(
        _ score: GenerationScore, _ report: ScoreReport, _ folder: RunFolder
    ) throws -> GenerationScore.Evaluation {
        let path = "\(folder.path)/snapshots"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
            .filter { $0.hasSuffix(".safetensors") }
        guard !names.isEmpty else {
            throw FileError(path: path, problem: "holds no generators; train with --snapshots first")
        }
        var points: [(x: Double, y: Double)] = []
        var last: GenerationScore.Evaluation?
        for name in names {
            let evaluation = try measured(TrainedGenerator("\(path)/\(name)"), score)
            let epoch = Double(name.filter(\.isNumber)) ?? Double(points.count + 1)
            points.append((epoch, evaluation.distance))
            try report.note("generator", name, evaluation)
            last = evaluation
        }
        let chart = LineChart(
            title: "How near the samples come to real images", x: "epoch", y: "squared Fréchet distance",
            series: [
                .init("samples", points), .init("real against real", points.map { ($0.x, score.floor.distance) }),
            ], isLogarithmic: true)
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file("frechet.svg")))
        return last ?? score.floor
    }

    private func describe(_ network: TrainedGenerator, _ images: ChosenImages, _ score: GenerationScore) {
        showHeader(
            "image-generation score",
            [
                ("seed", "\(seed)"), ("generator", flags.has("--snapshots") ? "\(out)/snapshots" : network.path),
                ("real images", images.source),
                (
                    "evaluator",
                    (flags.text("--classifier") ?? "a classifier trained on them")
                        + (images.test.map {
                            String(format: ", %.2f %% right on test images", 100 * accuracy($0, score))
                        }
                            ?? "")
                ),
                ("compared", "\(score.count) made or real images with \(score.count) other real ones"),
            ])
    }

    /// The classifier's accuracy on images of which it may not know the classes.
    private func accuracy(_ test: LabeledImages, _ score: GenerationScore) -> Double {
        test.classNames.count == score.evaluator.classCount ? score.evaluator.accuracy(on: test) : .nan
    }
}
