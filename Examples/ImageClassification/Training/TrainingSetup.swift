import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining

/// What a run works on, found before it begins: record, images, and the checkpoint to go on from.
struct TrainingSetup {
    var record: RunRecord
    let data: ChosenData
    let fitted: FittedPreparation
    /// The checkpoint to go on from.
    let startingPoint: String?

    init(_ settings: TrainSettings, checkpoint: String) throws {
        if settings.isResuming {
            try self.init(resuming: checkpoint, settings)
        } else {
            try self.init(beginning: settings)
        }
    }

    private init(beginning settings: TrainSettings) throws {
        startingPoint = nil
        data = try ChosenData(settings.images, network: settings.network, isSmoke: settings.size == .smoke)
        let recipe =
            data.source.dataset == .folder
            ? settings.recipe.suited(to: data.training.count, keeping: settings.flags) : settings.recipe
        record = RunRecord(
            networkName: settings.network.name, classNames: data.training.classNames, shape: data.training.imageShape,
            recipe: recipe, images: data.source, source: data.description, fingerprint: data.fingerprint,
            seed: settings.seed, size: settings.size)
        if let crop = record.recipe.images.crop, crop > min(record.shape[0], record.shape[1]) {
            throw FileError(
                path: data.description,
                problem: "the images have \(record.shape[0]) × \(record.shape[1]) pixels, "
                    + "\(record.networkName) cuts out windows of \(crop) × \(crop)",
                advice: "Name another folder with --data.")
        }
        fitted = try FittedPreparation(record.recipe.images, fitting: data.training, seed: settings.seed)
    }

    /// Goes on with the run of a checkpoint.
    private init(resuming path: String, _ settings: TrainSettings) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path,
                problem:
                    "is not there, so there is no run to go on with; name its folder with --out, or leave --resume "
                    + "out")
        }
        let state = try Checkpoint.state(in: path)
        var record = try RunRecord.read(state, path)
        try Self.checkSame(record, settings.flags)
        var recipe = record.recipe
        try TrainSettings.read(settings.flags, into: &recipe)
        // A run may go on for longer, or at another rate; all else would be another run.
        record.recipe.epochs = recipe.epochs
        record.recipe.learningRate = recipe.learningRate
        guard recipe == record.recipe else {
            throw UsageError(
                "the run to resume was begun with other settings; --resume takes --epochs and --learning-rate only")
        }
        var source = record.images
        if let data = settings.images.data { source.data = data }
        data = try ChosenData(source, network: record.network, isSmoke: record.size == .smoke)
        guard data.fingerprint == record.fingerprint, data.training.classNames == record.classNames else {
            throw UsageError(
                "the images (\(data.description)) are not those that the run learned from (\(record.source))")
        }
        fitted = FittedPreparation(state)
        guard fitted.fits(record.recipe.images, shape: record.shape) else {
            throw FileError(path: path, problem: "is damaged: what its images are prepared by is missing")
        }
        self.record = record
        startingPoint = path
    }

    /// Throws unless the flags name the run that it is.
    private static func checkSame(_ record: RunRecord, _ flags: Flags) throws {
        let own: [(flag: String, value: String?)] = [
            ("--dataset", record.images.dataset?.rawValue), ("--model", record.networkName),
            ("--seed", "\(record.seed)"), ("--batch-size", "\(record.recipe.batchSize)"),
            ("--images", record.images.limit.map(String.init)),
            ("--smoke", record.size == .smoke ? "" : nil), ("--full", record.size == .full ? "" : nil),
        ]
        for (flag, value) in own where flags.has(flag) && flags.text(flag) ?? "" != value {
            let was = value.map { "with \(flag) \($0)" } ?? "without \(flag)"
            throw UsageError("the run to resume was begun \(was); leave the flag out")
        }
    }

    /// Images to learn from, in batches, in the order and with the changes of an epoch.
    func batches(epoch: Int, from first: Int) -> AugmentedBatches {
        let recipe = record.recipe
        return data.training.shuffled(seed: record.seed &* 1000 &+ epoch).batches(
            of: recipe.batchSize, through: recipe.images.pipeline(fitted), seed: record.seed, epoch: epoch,
            from: first, dropsLast: recipe.dropsLast && data.training.count >= recipe.batchSize, ahead: 3)
    }

    /// What the test images go through.
    var judging: ImagePipeline { record.recipe.images.pipeline(fitted).forEvaluation }

    /// Prints what the run is.
    func describe(_ network: ImageClassifier, batches: Int, at state: TrainingState) {
        let recipe = record.recipe
        let summary = network.summary(input: [1] + recipe.images.networkInput(record.shape))
        let left = (recipe.epochs - state.epoch + 1) * batches * recipe.batchSize
        let seconds = Speed.measured().trainingSeconds(multiplyAdds: summary.multiplyAdds, examples: max(0, left))
        showHeader(
            "image-classification",
            [
                ("seed", "\(record.seed)"), ("data", data.description),
                ("images", "\(data.training.count) to learn from, \(data.test.count) to evaluate on"),
                ("network", "\(record.networkName), \(summary.parameters) parameters"),
                ("recipe", recipe.description), ("training", "about \(durationText(seconds))"),
            ])
        show(summary.description + "\n")
        for remark in data.remarks { show(remark) }
        if state.step > 0 { show("continuing at step \(state.step)\n") }
    }
}

extension Recipe {
    fileprivate var description: String {
        let rule =
            switch rate {
            case .constant: "at"
            case .oneCycle: "one cycle to"
            case .inverse, .milestones: "falling from"
            }
        let words =
            "\(epochs == 1 ? "1 epoch" : "\(epochs) epochs"), batches of \(batchSize), \(method.rawValue) \(rule) \(learningRate)"
        let averaged = averaging.map { ", weights averaged by \($0)" } ?? ""
        return "\(words)\(averaged); images \(images.description)"
    }
}
