import ExampleSupport
import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining

/// A network with a new last layer, its *head*, and what it takes to teach it.
struct TransferNetwork {
    let network: ImageClassifier
    /// The name of the last layer, as `classifier.1`.
    let head: String
    /// What happens between pixels and the network when it is evaluated.
    let pipeline: ImagePipeline
    /// What happens when it learns.
    let augmentation: ImagePipeline
    private let weight: Parameter
    private let bias: Parameter?

    /// - Parameter mirrors: whether a mirrored image is one of the same class.
    init(_ network: ImageClassifier, _ preprocessing: ImagePreprocessing, mirrors: Bool) {
        self.network = network
        head = network.lastLayerName
        weight = network.parameter(named: "\(head).weight")!
        bias = network.parameter(named: "\(head).bias")
        pipeline = ImagePipeline(normalization: preprocessing.normalization)
        let flips: [any ImageTransform] = mirrors ? [HorizontalFlip()] : []
        augmentation = ImagePipeline(
            [PadAndCrop(max(1, preprocessing.height / 16))] + flips, normalization: preprocessing.normalization)
    }

    /// Lets the head learn and nothing else.
    func freezeTrunk() {
        network.freeze()
        network.freeze("\(head).", false)
    }

    /// Lets everything learn but weights whose names begin with one of the recipe's prefixes, and, unless the recipe says so,
    /// batch normalization.
    ///
    /// Normalized by the statistics of a few images, every layer would get something else than what it has learned from.
    func thaw(_ recipe: FineTuneRecipe) {
        network.freeze("", false)
        for prefix in recipe.frozen { network.freeze(prefix) }
        guard !recipe.learnsNorms else { return }
        for (name, parameter) in network.namedParameters() where name.hasSuffix(".scale") || name.hasSuffix(".shift") {
            parameter.isFrozen = true
        }
    }

    /// The scores of features, `[N, K]`.
    func scores(_ features: Tensor<Float>) -> Tensor<Float> {
        linear(features, weight.value, bias?.value)
    }

    /// The share of images whose class the head names from their features.
    func accuracy(on set: FrozenFeatures) -> Double {
        var matrix = ConfusionMatrix(classes: weight.shape[1])
        matrix.add(scores(set.features), set.labels)
        return matrix.accuracy
    }

    /// What the network makes of held-out images.
    func evaluation(on images: LabeledImages) -> ConfusionMatrix {
        var matrix = ConfusionMatrix(classes: images.classNames.count)
        for batch in images.batches(of: 16, through: pipeline, seed: 0, epoch: 0) {
            matrix.add(network(batch.images, .inference), batch.labels)
        }
        return matrix
    }
}

/// What a step learns from: features when the trunk is frozen, else images.
enum Lesson {
    case features(FrozenFeatures)
    case images(ImageBatch)

    /// A trainer of new weights. Adam takes inputs of any size.
    static func adamTrainer(_ transfer: TransferNetwork, seed: Int) -> Trainer<ImageClassifier, Lesson> {
        trainer(transfer, Adam(), seed: seed)
    }

    /// A trainer of weights that are good already. Adam would move each of them by the rate, however little its gradient
    /// says; plain descent moves them by what the gradient says.
    static func descentTrainer(_ transfer: TransferNetwork, seed: Int) -> Trainer<ImageClassifier, Lesson> {
        trainer(transfer, SGD(learningRate: 1e-3, momentum: 0.9), seed: seed)
    }

    private static func trainer(
        _ transfer: TransferNetwork, _ optimizer: any Optimizer, seed: Int
    ) -> Trainer<ImageClassifier, Lesson> {
        Trainer(transfer.network, optimizer, random: RandomGenerator(seed: UInt64(seed))) { network, lesson, pass in
            switch lesson {
            case .features(let set):
                softmaxCrossEntropy(transfer.scores(dropout(set.features, rate: 0.2, using: pass.random)), set.labels)
            case .images(let batch): softmaxCrossEntropy(network(batch.images, pass), batch.labels)
            }
        }
    }
}

extension Module {
    /// The name of the last layer that has a matrix of weights.
    var lastLayerName: String {
        let name = namedParameters().last { $0.parameter.shape.count == 2 }?.name ?? ""
        return name.split(separator: ".").dropLast().joined(separator: ".")
    }
}
