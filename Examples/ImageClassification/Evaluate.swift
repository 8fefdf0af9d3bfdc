import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining
import GradusVision

/// Evaluates a trained network on images that it has not learned from: once, or again and again while it is trained.
struct Evaluate: Command {
    static let name = "evaluate"
    static let summary =
        "evaluates a trained or fine-tuned network on images that it has not learned from. It tells accuracy and loss, draws "
        + "what is confused with what, and the surest mistakes. With --follow it does so beside a training, for each new "
        + "checkpoint, until the training ends."
    static let examples = [
        CommandExample("evaluate", "the latest run"),
        CommandExample("evaluate --follow", "in a second terminal, while the first one trains"),
        CommandExample("evaluate --data images", "images of yours, of the same classes"),
        CommandExample("evaluate --model resnet20-cifar", "published weights on CIFAR-10"),
    ]

    let network = NetworkFlags()
    let source = SourceFlags()
    @Flag("the images of the training or the test") var part = Part.test
    @Flag("evaluate each new checkpoint until the training ends") var follow = false
    @Flag("seconds between two looks for one", 1...86_400) var interval = 10

    enum Part: String, FlagValue, CaseIterable { case test, training }

    func prepare() throws {
        try network.check()
        try source.check()
        if follow && (network.checkpoint != nil || network.model != nil) {
            throw UsageError(
                "with --follow a run's newest checkpoint is read; name its folder with --out, without --checkpoint or --model"
            )
        }
        if let model = network.model, model.published.classNames != CIFAR10.classNames {
            throw UsageError(
                "evaluate --model takes networks with published weights for CIFAR-10; of the others see classify")
        }
    }

    func run() throws {
        Interrupt.watch()
        let watcher = follow ? CheckpointWatcher(folder: network.out, interval: interval) : nil
        let first = try watcher?.next()
        let classifier = try first?.classifier ?? network.load()
        let own = try first?.images ?? network.images() ?? ImageSource(.cifar10)
        let set = try images(for: classifier, own)
        let images = part == .training ? set.training : set.test
        showTable([
            ("network", "\(classifier.network.name), \(try watcher?.path ?? network.path())"),
            ("data", set.description),
            ("images", "\(images.count), \(part == .training ? "learned from" : "not learned from")"),
        ])
        let results = try follow ? OutputFolder("\(network.out)/evaluation") : network.results("evaluation")
        let log = EventLog(URL(fileURLWithPath: results.file("log.jsonl")))
        var evaluation = ImageEvaluation(of: classifier, on: images)
        if let watcher, let first {
            try first.show(evaluation, log)
            while let next = try watcher.next() {
                guard next.images.fingerprint == own.fingerprint else {
                    throw FileError(path: watcher.path, problem: "now belongs to another run")
                }
                evaluation = ImageEvaluation(of: next.classifier, on: images)
                try next.show(evaluation, log)
            }
            show("the training has ended")
        } else {
            for line in evaluation.classTable { show(line) }
        }
        try evaluation.draw(to: results.file)
        try results.finish(
            [
                Metric("\(part.rawValue)_accuracy", evaluation.matrix.accuracy, unit: "%"),
                Metric("\(part.rawValue)_loss", evaluation.loss),
            ], log)
    }

    /// The images that the flags name, else the network's own; in both cases of its size.
    private func images(for classifier: ImageClassifier, _ own: ImageSource) throws -> LoadedSet {
        let shape = own.shape.isEmpty ? classifier.inputShape : own.shape
        var source = ImageSource(self.source)
        if source.dataset == nil && source.data == nil { source = own }
        source.limit = part == .training ? own.limit : nil
        source.isSmoke = own.isSmoke
        let set = try source.load { images in images == nil || images?[2] == shape[2] ? shape : images! }
        guard set.test.imageShape == shape, set.test.classNames.count == classifier.classes else {
            throw FileError(
                path: set.description,
                problem:
                    "images \(set.test.imageShape) in \(set.test.classNames.count) classes; the network was trained "
                    + "on \(shape) in \(classifier.classes)",
                advice: "Name images of the same kind with --dataset and --data.")
        }
        return set
    }

}
