import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusTraining

/// Evaluates a trained network on images that it has not learned from: once, or again and again while it is being trained.
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
        for flag in ["--checkpoint", "--model"] where flags.has("--follow") && flags.has(flag) {
            throw UsageError("--follow reads a run's newest checkpoint; name its folder with --out, without \(flag)")
        }
        if flags.has("--weights") && !flags.has("--model") { throw UsageError("--weights belongs to --model NAME") }
    }

    func run() throws {
        Interrupt.watch()
        let published = try flags.choice("--model", of: PublishedWeights.names)
            .map { try PretrainedNetwork($0, weights: flags.text("--weights")) }
        let run = published == nil ? try TrainedRun(path) : nil
        let evaluated = try published.map(EvaluatedNetwork.init) ?? EvaluatedNetwork(run!)
        let (images, words) = try images(for: evaluated)
        showHeader(
            "image-classification evaluate",
            [
                ("network", evaluated.title), ("data", words),
                ("images", "\(images.count), \(usesTraining ? "learned from" : "not learned from")"),
            ])
        let folder = try RunFolder("\(out)/evaluation")
        let log = try EventLog(URL(fileURLWithPath: folder.file("log.jsonl")))
        let evaluator = Evaluator(images, through: evaluated.preparation)
        let evaluation: Evaluator.Evaluation
        if let run, flags.has("--follow") {
            evaluation = try CheckpointWatcher(path: path, folder: out, interval: interval).follow(
                evaluator, from: run, log)
        } else {
            evaluation = evaluator.evaluation(on: evaluated.network)
            showClasses(evaluation.matrix, evaluated.classNames)
        }
        try EvaluationImages(images).draw(evaluation, into: folder)
        let part = usesTraining ? "training" : "test"
        try RunResult([
            RunResult.Figure("\(part)_accuracy", evaluation.matrix.accuracy, unit: "%"),
            RunResult.Figure("\(part)_loss", evaluation.loss),
        ]).report(to: log)
        folder.listFiles()
    }

    /// The images that the flags name, else the network's own; in both cases of its size.
    private func images(for evaluated: EvaluatedNetwork) throws -> (LabeledImages, String) {
        var source = try ImageSource(flags)
        if source.dataset == nil && source.data == nil { source = evaluated.images }
        source.limit = usesTraining ? evaluated.images.limit : nil
        let data = try ChosenData(source, network: evaluated.network.network, isSmoke: evaluated.isSmoke)
        let images = usesTraining ? data.training : data.test
        guard images.imageShape == evaluated.shape, images.classNames.count == evaluated.classNames.count else {
            throw FileError(
                path: data.description,
                problem: "images \(images.imageShape) in \(images.classNames.count) classes; the network was taught "
                    + "on \(evaluated.shape) in \(evaluated.classNames.count)",
                advice: "Name images of the same kind with --dataset and --data.")
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
