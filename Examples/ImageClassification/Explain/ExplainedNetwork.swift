import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// The network that is looked into: a pretrained one by its name, or that of a run.
struct ExplainedNetwork {
    let classifier: Classifier
    /// Where pictures go.
    let folder: String
    /// Blocks of layers whose outputs show what the network sees.
    let layersWorthShowing: [String]
    private let ownPictures: () throws -> LabelledImages?

    init(_ flags: Flags) throws {
        if let name = try flags.choice("--model", of: PublishedWeights.names) {
            if flags.has("--checkpoint") {
                throw UsageError("--checkpoint is a run's network, --model a pretrained one")
            }
            classifier = try Classifier(PretrainedNetwork(name, weights: flags.text("--weights")))
            folder = flags.text("--out") ?? "out/explain"
            layersWorthShowing = ImageNetwork.named(name)?.layersWorthShowing ?? []
            ownPictures = { nil }
            return
        }
        if flags.has("--weights") { throw UsageError("--weights belongs to --model NAME") }
        let path = TrainedRun.path(flags)
        folder = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/explain"
        if let fineTuned = try FineTunedNetwork(path) {
            classifier = fineTuned.classifier
            layersWorthShowing = ImageNetwork.named(fineTuned.record.recipe.model)?.layersWorthShowing ?? []
            ownPictures = { try fineTuned.validation() }
        } else {
            let run = try TrainedRun(path)
            classifier = run.classifier
            layersWorthShowing = run.record.network.layersWorthShowing
            ownPictures = { try run.data().test }
        }
    }

    /// At most `count` pictures of a folder, or of those that the run was judged by, as the network sees them; nil when there are
    /// none.
    func pictures(_ data: String?, seed: Int, count: Int) throws -> LabelledImages? {
        guard let data else { return try ownPictures()?.shuffled(seed: seed).prefix(count) }
        let folder = try PictureFolder(data)
        let order = randomPermutation(folder.count, using: RandomGenerator(seed: UInt64(seed)))
        var (pixels, labels, shape): ([UInt8], [Int32], [Int]) = ([], [], [])
        for position in order where labels.count < count {
            guard let picture = try? Image(contentsOf: "\(folder.path)/\(folder.files[position])") else { continue }
            let seen = classifier.fit(picture)
            shape = [seen.height, seen.width, seen.channels]
            pixels += seen.pixels
            labels.append(folder.labels[position])
        }
        guard !labels.isEmpty else { throw folder.unusable }
        return LabelledImages(
            Tensor(pixels, shape: [labels.count] + shape), Tensor(labels),
            classNames: folder.classNames.isEmpty ? ["picture"] : folder.classNames)
    }
}

extension Classifier {
    /// A network with published weights.
    init(_ pretrained: PretrainedNetwork) {
        let transforms: [any PictureTransform] =
            switch pretrained.network.preprocessing {
            case .none: []
            case .normalized(let mean, let deviation): [ChannelNormalization(mean: mean, deviation: deviation)]
            case .standardized: [PictureStandardization()]
            }
        self.init(
            title: "\(pretrained.network.name), \(pretrained.file)", network: pretrained.model,
            classNames: pretrained.classNames, fit: pretrained.fit, preparation: PicturePipeline(transforms))
    }
}
