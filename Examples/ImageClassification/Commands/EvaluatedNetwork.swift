import ExampleSupport
import Gradus
import GradusData
import GradusModels

/// A network to be evaluated, and the images that it is evaluated on when none are named.
struct EvaluatedNetwork {
    let title: String
    let network: ImageClassifier
    let classNames: [String]
    /// The size of images before the preparation, `[H, W, C]`.
    let shape: [Int]
    let preparation: ImagePipeline
    let images: ImageSource
    let isSmoke: Bool

    /// The network of a run of this program.
    init(_ run: TrainedRun) {
        (title, network, classNames) = (run.classifier.title, run.classifier.network, run.classifier.classNames)
        (shape, preparation) = (run.record.shape, run.classifier.preparation)
        (images, isSmoke) = (run.record.images, run.record.size == .smoke)
    }

    /// A network with published weights.
    init(_ published: PretrainedNetwork) throws {
        guard published.model.inputShape == [32, 32, 3], published.classNames == CIFAR10.classNames else {
            throw UsageError(
                "evaluate --model takes networks with published weights for CIFAR-10; of the others see classify")
        }
        title = "\(published.network.name), \(published.file)"
        (network, classNames, shape) = (published.model, published.classNames, published.model.inputShape)
        preparation = ImagePipeline(normalization: published.model.preprocessing.normalization)
        images = ImageSource(dataset: .cifar10)
        isSmoke = false
    }
}
