import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// A classifier that evaluates generated images: its features before the last layer say what an image shows, not which
/// pixels it has.
struct FeatureClassifier {
    private let model: TFLayersNet
    /// Height, width and channels of an image as the network takes it.
    private let shape: [Int]
    let classCount: Int

    /// Loads a classifier that `image-classification` or ``trained(on:keptAt:)`` saved.
    ///
    /// - Throws: `FileError` or `CheckpointMismatch` when the file holds another network.
    init(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(path: path, problem: "is not there", advice: "Leave --classifier out, and one is trained.")
        }
        let weights = try SafeTensors(contentsOf: URL(fileURLWithPath: path)).weights
        guard let shape = Self.shape(of: weights), let classes = weights["classifier.weight"]?.shape.last else {
            throw FileError(
                path: path, problem: "is no classifier; name the model.safetensors of a run of image-classification")
        }
        self.init(shape: shape, classes: classes)
        try model.load(from: path)
    }

    private init(shape: [Int], classes: Int) {
        (self.shape, classCount) = (shape, classes)
        model = withRandomSeed(1) {
            TFLayersNet(height: shape[0], width: shape[1], channels: shape[2], classes: classes)
        }
    }

    /// The shape of the square images that the weights are for: two poolings leave a sixteenth of the pixels, in 64 channels.
    private static func shape(of tensors: [String: Tensor<Float>]) -> [Int]? {
        guard let first = tensors["features.0.weight"]?.shape, first.count == 4, [1, 3].contains(first[2]),
            let inputs = tensors["features.5.weight"]?.shape.first, inputs % 64 == 0
        else { return nil }
        let side = Int((Double(inputs) / 64).squareRoot().rounded())
        return side > 0 && side < 1000 && side * side * 64 == inputs ? [4 * side, 4 * side, first[2]] : nil
    }

    private func fitted(_ images: LabeledImages) -> LabeledImages {
        images.fitted(to: ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2]))
    }

    /// What the network sees in the images: features `[N, 1024]`, and the likeliest class of each.
    func evaluated(_ images: LabeledImages) -> (features: Tensor<Float>, classes: [Int]) {
        var (features, classes): ([Tensor<Float>], [Int]) = ([], [])
        for batch in fitted(images).batches(of: 100) {
            let seen = model.features(batch.images, .inference)
            features.append(seen)
            classes += model.classifier(seen, .inference).argmax().scalars.map { Int($0) }
        }
        return (Tensor.concatenated(features), classes)
    }

    /// The share of images whose class the network predicts; nil when it has another number of classes.
    func accuracy(on images: LabeledImages) -> Double? {
        images.classNames.count == classCount ? GradusData.accuracy(of: model, on: fitted(images)) : nil
    }

    /// Trains a classifier on the images and saves it at `path`, or loads the one that is there if it has seen the same images.
    ///
    /// - Throws: `UsageError` when the images have no classes.
    static func trained(on images: ImageSet, keptAt path: String) throws -> FeatureClassifier {
        guard images.classNames.count > 1 else {
            throw UsageError(
                "the images have no classes, so no network can be trained to evaluate them; put them into one subfolder a "
                    + "class, or name a classifier with --classifier")
        }
        let fingerprint = images.fingerprint
        if let kept: String = try? Checkpoint(contentsOf: path).value("images"), kept == fingerprint {
            return try FeatureClassifier(path)
        }
        show("training a classifier for the evaluation; it is kept in \(path)")
        let side = min(32, images.shape[0] / 4 * 4)
        let evaluator = FeatureClassifier(shape: [side, side, images.shape[2]], classes: images.classNames.count)
        let (model, training) = (evaluator.model, evaluator.fitted(try images.loaded(60_000, seed: 0)))
        let trainer = Trainer<ImageBatch>(model, Adam(learningRate: 1e-3), random: RandomGenerator(seed: 1)) {
            softmaxCrossEntropy($0($1.images, $2), $1.labels)
        }
        // Two epochs of Fashion-MNIST, a quarter of a minute; a smoke run, which limits its images, trains for a moment.
        let steps = images.choice.limit == nil ? 1200 : 30
        while trainer.position.step < steps {
            let epoch = training.shuffled(seed: trainer.position.epoch).batches(of: 100)
            for batch in epoch.prefix(steps - trainer.position.step).prefetched() { try trainer.step(batch) }
            trainer.finishEpoch()
        }
        try Checkpoint.save([("model", .module(model)), ("images", .constant(fingerprint))], to: path)
        return evaluator
    }
}
