import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining

/// What the frozen part of a network makes of images, computed once: the input of its last layer.
struct FrozenFeatures {
    /// `[N, D]`
    let features: Tensor<Float>
    /// `[N]`
    let labels: Tensor<Int32>

    var count: Int { labels.count }

    /// The mean loss of a last layer, with dropout before it.
    func loss(of head: Dense, dropping random: RandomGenerator) -> Tensor<Float> {
        softmaxCrossEntropy(head(dropout(features, rate: 0.2, using: random), .inference), labels)
    }

    /// The share of images whose class a last layer names from their features.
    func accuracy(of head: Dense) -> Double {
        var matrix = ConfusionMatrix(classes: head.weight.shape[1])
        matrix.add(head(features, .inference), labels)
        return matrix.accuracy
    }

    /// The rows in batches, in an order that the seed chooses, from batch `first` on.
    func batches(of size: Int, seed: Int, from first: Int = 0) -> [FrozenFeatures] {
        let order = randomPermutation(count, using: RandomGenerator(seed: UInt64(seed)))
        return stride(from: first * size, to: count, by: size).map { choosing(order[$0..<min($0 + size, count)]) }
    }

    /// The rows at the given positions.
    func choosing(_ positions: some Sequence<Int>) -> FrozenFeatures {
        let chosen = Tensor(positions.map { Int32($0) })
        return FrozenFeatures(features: features.gathering(chosen), labels: labels.gathering(chosen))
    }
}

/// The features of all images of a run, computed when they are first needed: epochs then take moments, however large the network
/// is.
final class FeatureCache {
    private let set: LoadedSet
    private let mirrors: Bool
    private let network: () throws -> ImageClassifier
    private var computed: (training: FrozenFeatures, validation: FrozenFeatures)?

    /// - Parameter network: makes the network, with the weights that it had before it was fine-tuned.
    init(_ set: LoadedSet, mirrors: Bool, network: @escaping () throws -> ImageClassifier) {
        (self.set, self.mirrors, self.network) = (set, mirrors, network)
    }

    /// How many batches the training images make, with their mirror images.
    func batches(of size: Int) -> Int { (set.training.count * (mirrors ? 2 : 1) + size - 1) / size }

    /// Those of the training images, followed by those of their mirror images.
    func training(_ experiment: Experiment) throws -> FrozenFeatures { try compute(experiment).training }

    /// Those of the images to evaluate on.
    func validation(_ experiment: Experiment) throws -> FrozenFeatures { try compute(experiment).validation }

    /// Those of some of the training images, with those of their mirror images if there are any.
    func training(_ experiment: Experiment, _ positions: [Int]) throws -> FrozenFeatures {
        let images = set.training.count
        return try training(experiment).choosing(positions + (mirrors ? positions.map { $0 + images } : []))
    }

    private func compute(
        _ experiment: Experiment
    ) throws -> (training: FrozenFeatures, validation: FrozenFeatures) {
        if let computed { return computed }
        let classifier = try network()
        experiment.print("what the pretrained network sees in the images:")
        let line = ProgressLine()
        let all = set.training.count * (mirrors ? 2 : 1) + set.test.count
        var (rows, labels, done): ([Tensor<Float>], [Tensor<Int32>], Int) = ([], [], 0)
        func add(_ images: LabeledImages, mirrored: Bool = false) throws {
            let flip: [any ImageTransform] = mirrored ? [HorizontalFlip(probability: 1)] : []
            let pipeline = ImagePipeline(flip, normalization: classifier.preprocessing.normalization)
            for batch in images.batches(of: 16, through: pipeline, seed: 0, epoch: 0) {
                rows.append(classifier.input(of: classifier.body.head, for: batch.images))
                labels.append(batch.labels)
                done += batch.labels.count
                line.show(
                    ProgressLine.Status(epoch: 1, epochs: 1, batch: done, batches: all, batchSize: 1, figures: []))
                if Interrupt.isRequested {
                    throw Interrupted(checkpoint: try experiment.file("checkpoint.safetensors"))
                }
            }
        }
        try add(set.training)
        if mirrors { try add(set.training, mirrored: true) }
        try add(set.test)
        let whole = FrozenFeatures(features: .concatenated(rows), labels: .concatenated(labels))
        let first = all - set.test.count
        let result = (whole.choosing(0..<first), whole.choosing(first..<all))
        computed = result
        return result
    }
}
