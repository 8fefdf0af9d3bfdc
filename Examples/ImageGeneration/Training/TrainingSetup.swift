import ExampleSupport
import Foundation
import Gradus
import GradusModels
import GradusTraining

/// What a run works on, found before it begins: the images, the recipe, and whether it goes on from a checkpoint.
struct TrainingSetup {
    var record: RunRecord
    let data: ChosenImages
    let isResuming: Bool
    let keepsSnapshots: Bool

    var recipe: Recipe { record.recipe }
    /// Whole batches of an epoch.
    var batches: Int { data.count / recipe.batchSize }

    init(_ settings: TrainSettings, checkpoint: String) throws {
        (isResuming, keepsSnapshots) = (settings.isResuming, settings.keepsSnapshots)
        (record, data) =
            isResuming ? try Self.resumed(settings, checkpoint) : try Self.begun(settings)
        guard batches > 0 else {
            throw UsageError(
                "there are \(data.count) images (\(data.source)), fewer than a batch of \(recipe.batchSize); "
                    + "choose a smaller --batch-size")
        }
    }

    private static func begun(_ settings: TrainSettings) throws -> (RunRecord, ChosenImages) {
        let data = try ChosenImages(
            name: settings.dataset, data: settings.data, size: settings.side, isGray: settings.isGray ? true : nil,
            cropSide: settings.cropSide, isSmoke: settings.isSmoke)
        var recipe = settings.recipe
        recipe.imageShape = data.shape
        guard Recipe.isPossible(height: data.shape[0], width: data.shape[1]) else {
            throw UsageError(
                "the images have \(data.shape[0]) × \(data.shape[1]) pixels; both sides must be divisible by 4 and lie "
                    + "between 8 and 512. Choose a --size")
        }
        if settings.isConditional {
            guard data.classNames.count > 1 else {
                throw UsageError(
                    "--conditional needs images with classes; a folder has them when its images lie in one "
                        + "subfolder a class")
            }
            recipe.classes = data.classNames.count
        }
        if !settings.hasEpochs { recipe.epochs = usualEpochs(recipe, data.count, isSmoke: settings.isSmoke) }
        let size = settings.isSmoke ? "smoke" : settings.isFull ? "full" : "default"
        var record = RunRecord(recipe, size: size, data, cropSide: settings.cropSide)
        record.classifier = settings.classifier
        return (record, data)
    }

    /// As many epochs as take about a minute on two cores of 200 GFLOP/s together: the same steps on every machine.
    private static func usualEpochs(_ recipe: Recipe, _ count: Int, isSmoke: Bool) -> Int {
        if isSmoke { return 2 }
        let images = 3.9e12 / Double(recipe.multiplyAddsOfAStep)
        return max(1, Int((images / Double(max(1, count))).rounded()))
    }

    private static func resumed(_ settings: TrainSettings, _ path: String) throws -> (RunRecord, ChosenImages) {
        guard FileManager.default.fileExists(atPath: path) else {
            let reason =
                "is not there, so there is no run to go on with; name its folder with --out, or leave --resume out"
            throw FileError(path: path, problem: reason)
        }
        var record = try RunRecord(Checkpoint.state(in: path).notes[RunRecord.key], path)
        var recipe = record.recipe
        try TrainSettings.read(settings.flags, into: &recipe)
        // A run may go on for longer; all else would be another run.
        record.recipe.epochs = recipe.epochs
        let isSame =
            recipe == record.recipe && (settings.dataset ?? record.dataName) == record.dataName
            && (settings.side ?? record.recipe.imageShape[0]) == record.recipe.imageShape[0]
            && (settings.cropSide ?? record.cropSide) == record.cropSide
            && (settings.classifier ?? record.classifier) == record.classifier
            && (!settings.isGray || record.recipe.imageShape[2] == 1)
            && (!settings.isConditional || record.recipe.classes > 0) && (!settings.isSmoke || record.size == "smoke")
            && (!settings.isFull || record.size == "full")
        guard isSame else {
            throw UsageError("the run to resume was begun with other settings; --resume takes --epochs only")
        }
        let data = try ChosenImages(
            name: record.dataName, data: settings.data ?? record.dataFolder,
            size: record.recipe.imageShape[0], isGray: record.recipe.imageShape[2] == 1, cropSide: record.cropSide,
            isSmoke: record.size == "smoke"
        )
        guard data.count == record.images, data.shape == record.recipe.imageShape else {
            throw UsageError(
                "the run to resume learned from \(record.images) images of \(record.recipe.imageShape), "
                    + "\(data.source) has \(data.count) of \(data.shape). Name the right folder with --data")
        }
        return (record, data)
    }

    /// Prints what the run is.
    func describe(_ trainer: GANTrainer) {
        let left = max(0, recipe.epochs * batches - trainer.state.step) * recipe.batchSize
        let seconds = Speed.measured().trainingSeconds(multiplyAdds: recipe.multiplyAddsOfAStep / 3, examples: left)
        let shape = recipe.imageShape
        let told = recipe.classes > 0 ? ", told one of \(recipe.classes) classes" : ""
        showHeader(
            "image-generation",
            [
                ("seed", "\(recipe.seed)"), ("data", data.source),
                ("images", "\(data.count) of \(shape[0]) × \(shape[1]), \(shape[2] == 1 ? "gray" : "color")\(told)"),
                ("generator", "\(trainer.generator.parameterCount) weights, from \(recipe.noise) numbers"),
                (
                    "discriminator",
                    "\(trainer.discriminator.parameterCount) weights, \(recipe.normalization.rawValue) normalization"
                        .replacingOccurrences(of: "none normalization", with: "no normalization")
                ),
                ("loss", lossText),
                (
                    "training",
                    "\(recipe.epochs) epochs of \(batches) batches of \(recipe.batchSize), about \(durationText(seconds))"
                ),
            ])
        if trainer.state.step > 0 { show("continuing at step \(trainer.state.step)\n") }
    }

    private var lossText: String {
        recipe.loss.rawValue + (recipe.smoothing > 0 ? ", real images count for \(1 - recipe.smoothing)" : "")
            + (recipe.generatorSteps > 1 ? ", \(recipe.generatorSteps) generator steps" : "")
            + (recipe.averaging.map { ", averaged weights of decay \($0)" } ?? "")
    }
}
