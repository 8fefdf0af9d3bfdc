import ExampleSupport
import Foundation
import Gradus
import GradusData

/// Judges a trained network by pictures that it has not learned from: once, or again and again while it is being trained.
struct EvaluateCommand {
    private let flags: Flags
    private let path: String
    private let out: String
    private let interval: Int
    private let usesTraining: Bool

    init(_ flags: Flags) throws {
        self.flags = flags
        path = TrainedRun.path(flags)
        out = flags.text("--out") ?? TrainSettings.usualFolder
        interval = try flags.integer("--interval", in: 1...86_400) ?? 10
        usesTraining = try flags.choice("--part", of: ["test", "training"]) == "training"
        if flags.has("--follow") && flags.has("--checkpoint") {
            throw UsageError(
                "--follow reads a run's newest checkpoint; name its folder with --out, without --checkpoint")
        }
    }

    func run() throws {
        Interrupt.watch()
        let trained = try TrainedRun(path)
        let (images, words) = try pictures(of: trained.record)
        showHeader(
            "image-classification evaluate",
            [
                ("network", trained.classifier.title), ("data", words),
                ("pictures", "\(images.count), \(usesTraining ? "learned from" : "not learned from")"),
            ])
        let folder = try RunFolder("\(out)/evaluation")
        let log = try EventLog(URL(fileURLWithPath: folder.file("log.jsonl")))
        let judge = Judge(images, through: trained.classifier.preparation)
        let verdict: Judge.Verdict
        if flags.has("--follow") {
            verdict = try Follower(path: path, folder: out, interval: interval).follow(judge, from: trained, log)
        } else {
            verdict = judge.verdict(on: trained.classifier.network)
            showClasses(verdict.matrix, trained.classifier.classNames)
        }
        try VerdictPictures(images).draw(verdict, into: folder)
        try RunResult([
            RunResult.Figure("\(usesTraining ? "training" : "test")_accuracy", verdict.matrix.accuracy, unit: "%"),
            RunResult.Figure("\(usesTraining ? "training" : "test")_loss", verdict.loss),
        ]).report(to: log)
        folder.listFiles()
    }

    /// The pictures that the flags name, else those that the run is judged by; in both cases of the network's size.
    private func pictures(of record: RunRecord) throws -> (LabelledImages, String) {
        var source = try PictureSource(flags)
        if source.dataset == nil && source.data == nil { source = record.pictures }
        source.limit = usesTraining ? record.pictures.limit : nil
        let data = try ChosenData(source, network: record.network, isSmoke: record.size == .smoke)
        let images = usesTraining ? data.training : data.test
        guard images.imageShape == record.shape, images.classNames.count == record.classNames.count else {
            throw DataFileError(
                path: data.description,
                problem: "pictures \(images.imageShape) in \(images.classNames.count) classes; the network was taught "
                    + "on \(record.shape) in \(record.classNames.count)",
                advice: "Name pictures of the same kind with --dataset and --data.")
        }
        return (images, data.description)
    }

    /// Of each class, how much is found, and how often its name is right.
    private func showClasses(_ matrix: ConfusionMatrix, _ names: [String]) {
        let width = (names + ["class"]).reduce(0) { max($0, $1.count) } + 2
        func row(_ name: String, _ columns: [String]) -> String {
            name + String(repeating: " ", count: width - name.count)
                + columns.map { String(repeating: " ", count: max(0, 16 - $0.count)) + $0 }.joined()
        }
        show(row("class", ["found", "rightly named"]))
        for (index, name) in names.enumerated() {
            let shares = [matrix.recall(of: index), matrix.precision(of: index)]
            show(row(name, shares.map { String(format: "%.1f %%", 100 * $0) }))
        }
    }
}
