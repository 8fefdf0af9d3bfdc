import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// Where a fine-tuning begins: a kind of network, and the weights that it has learned elsewhere.
struct PretrainedNetwork {
    private let network: ImageNetwork
    private let seed: Int
    /// The file of the weights; nil for random ones.
    private let file: String?
    /// Where they come from, in words.
    let origin: String
    /// How images become the input.
    let preprocessing: ImagePreprocessing

    init(_ flags: FineTune, _ experiment: Experiment) throws {
        (network, seed) = (flags.model.network, experiment.seed)
        let published = PublishedWeights.of(network.name)
        do {
            file = try flags.weights ?? published?.file()
            origin =
                file.map { flags.weights == nil ? "published weights, \($0)" : "weights of \($0)" } ?? "random weights"
        } catch let error as MissingData {
            guard experiment.size == .smoke else { throw error }
            (file, origin) = (nil, "random weights, because the published ones are not here")
        }
        guard file != nil || experiment.size == .smoke else {
            throw UsageError("nobody has published weights of \(network.name); name those of a run with --weights FILE")
        }
        let side = flags.size ?? (flags.weights == nil ? published?.side : nil) ?? network.inputShape[0]
        // A network of this program's has its own normalization.
        let own = try? flags.weights.map { try ImageClassifier(contentsOf: $0).preprocessing }
        let usual = own ?? network.preprocessing
        preprocessing = ImagePreprocessing(
            height: side, width: side, channels: usual.channels, normalization: usual.normalization)
    }

    /// The network with a new head.
    ///
    /// - Throws: `CheckpointMismatch` when the weights are another network's.
    func classifier(_ classNames: [String]) throws -> ImageClassifier {
        let classifier = untrained(classNames)
        if let file { try classifier.loadFeatures(from: file) }
        return classifier
    }

    /// The network with random weights everywhere.
    func untrained(_ classNames: [String]) -> ImageClassifier {
        withRandomSeed(UInt64(seed)) {
            ImageClassifier(network, classNames: classNames, preprocessing: preprocessing)
        }
    }
}

extension FineTune {
    /// The images of the folder, in two parts.
    func images(_ start: PretrainedNetwork, _ experiment: Experiment) throws -> LoadedSet {
        let folder = try data ?? generatedFolder(experiment)
        let source = ImageSource(
            .folder, data: URL(fileURLWithPath: folder).standardizedFileURL.path,
            division: FolderDivision(perClass: perClass, validation: validation, seed: experiment.seed))
        let set = try source.load { _ in start.preprocessing.shape }
        let labels = (0..<set.training.count).map { set.training.label($0) }
        let smallest = Dictionary(grouping: labels) { $0 }.values.map(\.count).min() ?? 0
        if let most = curve.max(), most > smallest {
            throw UsageError(
                "too many for --curve, \(most): the smallest class has \(smallest) images to learn from beside the held-out ones; choose "
                    + "smaller numbers, a larger --per-class or a smaller --validation")
        }
        return set
    }

    /// Digits as PNG files, one subfolder a class, for a run that only shows that everything works.
    private func generatedFolder(_ experiment: Experiment) throws -> String {
        let digits = GeneratedDigits().training
        var counts = [Int](repeating: 0, count: digits.classNames.count)
        for position in 0..<digits.count where counts[digits.label(position)] < 12 {
            let label = digits.label(position)
            let folder = "\(experiment.folder.path)/images/\(digits.classNames[label])"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try digits.image(position).write(to: "\(folder)/\(counts[label]).png")
            counts[label] += 1
        }
        return "\(experiment.folder.path)/images"
    }

    /// Lets everything learn but weights whose names begin with a prefix of `--freeze`, and, unless `--learn-norms` says so,
    /// batch normalization: normalized by the statistics of a few images, every layer would get something else than what it has
    /// learned from.
    func freezeForWhole(_ classifier: ImageClassifier) {
        for prefix in freeze { classifier.freeze(prefix) }
        guard !learnNorms else { return }
        for case (_, let norm as BatchNorm) in classifier.namedModules() { norm.freeze() }
    }

    /// Throws when a prefix of `--freeze` names no weight.
    func checkFreezing(_ classifier: ImageClassifier) throws {
        let names = classifier.namedParameters().map(\.name)
        for prefix in freeze where classifier.freeze(prefix, false) == 0 {
            throw UsageError(
                "nothing to --freeze by \(prefix): no weight of \(model.rawValue) begins so; they are called \(names[0]) to "
                    + "\(names[names.count - 1])")
        }
    }

    /// Prints the images, the network and the settings of a run, and about how long it will take.
    func describe(
        _ experiment: Experiment, _ start: PretrainedNetwork, _ set: LoadedSet, _ classifier: ImageClassifier
    ) {
        let (training, names) = (set.training, set.training.classNames)
        // Each image once, with its mirror image, for the head; three passes for each when all layers learn.
        let once = training.count * (noMirror ? 1 : 2) + set.test.count
        let largest = (curve.max() ?? 0) * names.count
        let all = once + 3 * wholeEpochs * (training.count + 4 * curve.count * largest)
        let seconds = secondsOfAnImage(classifier) * Double(all)
        let frozen = freeze.isEmpty ? "" : " but \(freeze.joined(separator: ", "))"
        let shape = classifier.inputShape
        experiment.describe([
            "data": set.description,
            "classes": "\(names.count): \(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? ", …" : "")",
            "images":
                "\(training.count) to learn from, \(set.test.count) to evaluate on, \(shape[0]) × \(shape[1]) pixels",
            "network": "\(model.rawValue), \(start.origin)",
            "new layer":
                "\(classifier.body.head), \(classifier.head.parameterCount) weights of \(classifier.parameterCount)",
            "training": "\(epochs) epochs of the new layer"
                + (wholeEpochs > 0 ? ", \(wholeEpochs) of all layers\(frozen)" : "")
                + ", about \(durationText(seconds)); the epoch of the best validation accuracy is kept",
        ])
    }

    /// What an image takes, measured on a batch.
    private func secondsOfAnImage(_ classifier: ImageClassifier) -> Double {
        let images = Tensor<Float>(zeros: [8] + classifier.inputShape)
        let times = (0..<2).map { _ in
            let start = ProcessInfo.processInfo.systemUptime
            _ = classifier(images, .inference)
            return ProcessInfo.processInfo.systemUptime - start
        }
        return times[1] / 8
    }
}

extension ImageClassifier {
    /// The last layer, which knows the classes.
    var head: Dense { namedModules().first { $0.name == body.head }!.module as! Dense }
}
