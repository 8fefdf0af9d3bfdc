import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// What a fine-tuning works on, found before it begins: the images, the pretrained network, and whether it goes on.
struct FineTuneSetup {
    var record: FineTuneRecord
    let data: FineTuneData
    let source: TransferSource
    let isResuming: Bool

    var recipe: FineTuneRecipe { record.recipe }

    init(_ settings: FineTuneSettings, checkpoint: String) throws {
        isResuming = settings.isResuming
        if settings.isResuming {
            (record, data, source) = try Self.resumed(settings, checkpoint)
        } else {
            (record, data, source) = try Self.begun(settings)
        }
        for prefix in recipe.frozen where source.newNetwork(recipe, classes: data.classNames.count).freeze(prefix) == 0
        {
            let names = source.newNetwork(recipe, classes: 2).namedParameters().map(\.name)
            throw UsageError(
                "--freeze \(prefix): no weight of \(recipe.model) begins so; they are called \(names[0]) to "
                    + "\(names[names.count - 1])")
        }
    }

    private static func begun(_ settings: FineTuneSettings) throws -> (FineTuneRecord, FineTuneData, TransferSource) {
        let recipe = settings.recipe
        let source = try TransferSource(recipe.model, weights: settings.weights, isSmoke: settings.isSmoke)
        let folder = try settings.data ?? GeneratedFolder.made(in: settings.out)
        let data = try FineTuneData(folder, recipe, channels: source.channels)
        let record = FineTuneRecord(
            recipe: recipe, origin: source.origin, weights: source.path, classNames: data.classNames,
            preprocessing: source.preprocessing(side: recipe.side),
            data: URL(fileURLWithPath: folder).standardizedFileURL.path,
            counts: [data.training.count, data.validation.count], isSmoke: settings.isSmoke)
        if let most = recipe.curve.last, most > data.smallestClass {
            throw UsageError(
                "--curve \(most): the smallest class has \(data.smallestClass) images to learn from beside the held-out "
                    + "ones; choose smaller numbers, a larger --per-class or a smaller --validation")
        }
        return (record, data, source)
    }

    private static func resumed(
        _ settings: FineTuneSettings, _ path: String
    ) throws -> (FineTuneRecord, FineTuneData, TransferSource) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path,
                problem:
                    "is not there, so there is no run to go on with; name its folder with --out, or leave --resume out")
        }
        guard var record = try FineTuneRecord.read(Checkpoint.state(in: path), path) else {
            throw FileError(
                path: path, problem: "is no checkpoint of fine-tune; name the folder of a run of it with --out")
        }
        var recipe = record.recipe
        try FineTuneSettings.read(settings.flags, into: &recipe)
        // A run may go on for more epochs in which all layers learn; all else would be another run.
        record.recipe.wholeEpochs = recipe.wholeEpochs
        guard recipe == record.recipe, !settings.isSmoke || record.isSmoke else {
            throw UsageError("the run to resume was begun with other settings; --resume takes --whole-epochs only")
        }
        let source = try TransferSource(
            recipe.model, weights: settings.weights ?? record.weights, isSmoke: record.isSmoke)
        let data = try FineTuneData(settings.data ?? record.data, recipe, channels: source.channels)
        guard data.classNames == record.classNames, [data.training.count, data.validation.count] == record.counts else {
            throw UsageError(
                "the run to resume learned from \(record.counts[0]) images of \(record.classNames.count) classes; "
                    + "\(data.folder.path) has \(data.training.count) of \(data.classNames.count). Name the right folder "
                    + "with --data")
        }
        return (record, data, source)
    }

    /// A network with pretrained weights and a new head.
    func pretrained() throws -> TransferNetwork {
        let network = source.newNetwork(recipe, classes: data.classNames.count)
        try source.load(into: network)
        return transfer(network)
    }

    /// A network with random weights everywhere.
    func untrained() -> TransferNetwork { transfer(source.newNetwork(recipe, classes: data.classNames.count)) }

    private func transfer(_ network: ImageClassifier) -> TransferNetwork {
        TransferNetwork(network, record.preprocessing, mirrors: recipe.mirrors)
    }

    /// How many images pass through the network: each once, with its mirror image, for the head; three passes for each when all
    /// layers learn.
    private var imagesSeen: Int {
        let once = data.training.count * (recipe.mirrors ? 2 : 1) + data.validation.count
        let largest = (recipe.curve.last ?? 0) * data.classNames.count
        return once + 3 * recipe.wholeEpochs * (data.training.count + 4 * recipe.curve.count * largest)
    }

    /// What an image takes, measured on a batch.
    private func secondsOfAImage(_ transfer: TransferNetwork) -> Double {
        let images = Tensor<Float>(zeros: [8, recipe.side, recipe.side, source.channels])
        let times = (0..<2).map { _ in
            let start = ProcessInfo.processInfo.systemUptime
            _ = transfer.network(images, .inference)
            return ProcessInfo.processInfo.systemUptime - start
        }
        return times[1] / 8
    }

    /// Prints what the run is.
    func describe(_ transfer: TransferNetwork) {
        let sizes = transfer.network.namedParameters().map { ($0.name, $0.parameter.shape.reduce(1, *)) }
        let size = sizes.filter { $0.0.hasPrefix("\(transfer.head).") }.map(\.1).reduce(0, +)
        let classes = data.classNames.prefix(8).joined(separator: ", ") + (data.classNames.count > 8 ? ", …" : "")
        let seconds = secondsOfAImage(transfer) * Double(imagesSeen)
        showHeader(
            "image-classification fine-tune",
            [
                ("seed", "\(recipe.seed)"), ("data", data.folder.path),
                ("classes", "\(data.classNames.count): \(classes)"),
                (
                    "images",
                    "\(data.training.count) to learn from, \(data.validation.count) to evaluate on, \(recipe.side) × "
                        + "\(recipe.side) pixels"
                ),
                ("network", "\(recipe.model), \(record.origin)"),
                ("new layer", "\(transfer.head), \(size) weights of \(sizes.map(\.1).reduce(0, +))"),
                (
                    "training",
                    "\(recipe.headEpochs) epochs of the new layer"
                        + (recipe.wholeEpochs > 0 ? ", \(recipe.wholeEpochs) of all layers" : "")
                        + (recipe.frozen.isEmpty ? "" : " but \(recipe.frozen.joined(separator: ", "))")
                        + ", about \(durationText(seconds))"
                ),
            ])
    }
}
