import CImageNetClassNames
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// A network with published weights, ready to name images.
struct PretrainedNetwork {
    let model: ImageClassifier
    let classNames: [String]
    /// Where the weights came from.
    let file: String

    var network: ImageNetwork { model.network }

    /// The network of the given name with the weights of `file`, or of the usual places.
    init(_ name: String, weights named: String? = nil) throws {
        let published = PublishedWeights.all.first { $0.network == name }!
        let network = ImageNetwork.named(name)!
        file = try published.file(named)
        let isForImageNet = network.classes == 1000 || name.hasPrefix("vgg")
        classNames = isForImageNet ? Self.imageNetClasses : CIFAR10.classNames
        let side = isForImageNet ? 224 : network.inputShape[0]
        // The weights that it begins with are replaced at once.
        model = withoutInitialization {
            network.makeModel(classes: isForImageNet ? 1000 : 10, height: side, width: side)
        }
        try model.load(torch: PublishedWeights.tensors(file), file: file)
    }

    /// ImageNet's names, by class.
    static var imageNetClasses: [String] {
        var length = 0
        let bytes = gradus_imagenet_class_names(&length)
        let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    /// An image's numbers as the network takes them, `[1, H, W, C]`.
    func input(_ image: GradusVision.Image) -> Tensor<Float> {
        model.preprocessing(image: image)
    }

    /// The likeliest classes of an image, with their numbers and probabilities.
    func guesses(_ image: GradusVision.Image, count: Int) -> [(number: Int, name: String, probability: Float)] {
        let (values, classes) = model(input(image), .inference).softmax().topK(min(count, classNames.count))
        return zip(classes.scalars, values.scalars).map { (Int($0), classNames[Int($0)], $1) }
    }
}
