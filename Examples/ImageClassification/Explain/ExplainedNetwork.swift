import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// The network that is looked into: a pretrained one by its name, or that of a run.
struct ExplainedNetwork {
    let classifier: Classifier
    /// Where images go.
    let folder: String
    /// Blocks of layers whose outputs show what the network sees.
    let layersWorthShowing: [String]
    private let ownImages: () throws -> LabeledImages?

    init(_ flags: Flags) throws {
        if let name = try flags.choice("--model", of: PublishedWeights.names) {
            if flags.has("--checkpoint") {
                throw UsageError("--checkpoint is a run's network, --model a pretrained one")
            }
            classifier = try Classifier(PretrainedNetwork(name, weights: flags.text("--weights")))
            folder = flags.text("--out") ?? "out/explain"
            layersWorthShowing = ImageNetwork.named(name)?.layersWorthShowing ?? []
            ownImages = { nil }
            return
        }
        if flags.has("--weights") { throw UsageError("--weights belongs to --model NAME") }
        let path = TrainedRun.path(flags)
        folder = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/explain"
        if let fineTuned = try FineTunedNetwork(path) {
            classifier = fineTuned.classifier
            layersWorthShowing = ImageNetwork.named(fineTuned.record.recipe.model)?.layersWorthShowing ?? []
            ownImages = { try fineTuned.validation() }
        } else {
            let run = try TrainedRun(path)
            classifier = run.classifier
            layersWorthShowing = run.record.network.layersWorthShowing
            ownImages = { try run.data().test }
        }
    }

    /// At most `count` images of a folder, or of those that the run was evaluated on, as the network sees them; nil when there are
    /// none.
    func images(_ data: String?, seed: Int, count: Int) throws -> LabeledImages? {
        guard let data else { return try ownImages()?.shuffled(seed: seed).prefix(count) }
        let folder = try ImageFolder(data)
        let order = randomPermutation(folder.count, using: RandomGenerator(seed: UInt64(seed)))
        var (pixels, labels, shape): ([UInt8], [Int32], [Int]) = ([], [], [])
        for position in order where labels.count < count {
            guard let image = try? Image(contentsOf: "\(folder.path)/\(folder.files[position])") else { continue }
            let seen = classifier.fit.fitted(image)
            shape = [seen.height, seen.width, seen.channels]
            pixels += seen.pixels
            labels.append(folder.labels[position])
        }
        guard !labels.isEmpty else { throw folder.unusable }
        return LabeledImages(
            Tensor(pixels, shape: [labels.count] + shape), Tensor(labels),
            classNames: folder.classNames.isEmpty ? ["image"] : folder.classNames)
    }
}

extension Classifier {
    /// A network with published weights.
    init(_ pretrained: PretrainedNetwork) {
        self.init(
            title: "\(pretrained.network.name), \(pretrained.file)", network: pretrained.model,
            classNames: pretrained.classNames, fit: pretrained.model.preprocessing,
            preparation: ImagePipeline(normalization: pretrained.model.preprocessing.normalization))
    }
}
