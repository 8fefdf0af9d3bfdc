import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

enum PretrainedWeights {
    static func tensors(of kind: ImageNetwork, in path: String) throws -> [String: Tensor<Float>] {
        try SafeTensors(contentsOf: URL(fileURLWithPath: path)).tensors
    }
    static func published(_ kind: ImageNetwork) throws -> ([String: Tensor<Float>], String) {
        let path = "/tmp/team/look-data/\(kind.name == "mobilenetv2" ? "mobilenetv2" : "resnet20").safetensors"
        return (try tensors(of: kind, in: path), "published weights")
    }
    static func classifier(_ flags: Flags, _ name: String) throws -> Classifier {
        let kind = ImageNetwork.named(name)!
        let model = kind.makeModel()
        try model.load(flags.text("--weights").map { try tensors(of: kind, in: $0) } ?? published(kind).0)
        guard case .normalized(let mean, let deviation) = kind.preprocessing else { throw UsageError("?") }
        return Classifier(
            title: name, network: model,
            classNames: kind.classes == 10 ? CIFAR10.classNames : (0..<1000).map { "class \($0)" },
            fit: .middle(PicturePreparation(width: kind.inputShape[0], height: kind.inputShape[0])),
            preparation: PicturePipeline([ChannelNormalization(mean: mean, deviation: deviation)]))
    }
}
