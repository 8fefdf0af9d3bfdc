import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels

/// Where a fine-tuning begins: a kind of network, and the weights that it has learned elsewhere.
struct TransferSource {
    let kind: ImageNetwork
    /// The file that was named; without one, the published weights.
    let path: String?
    /// Where the weights came from, for a reader.
    let origin: String
    private let weights: Weights

    /// Weights by name.
    private enum Weights {
        /// Under PyTorch's names and in its layouts.
        case torch([String: Tensor<Float>])
        /// Those of a run of this program.
        case own([String: Tensor<Float>])
        case random
    }

    /// The networks that can be fine-tuned: their images are prepared by fixed numbers, and one layer alone knows the classes.
    static let names = ImageNetwork.all.map(\.name).filter { name in
        !name.hasPrefix("vgg") && ImageNetwork.named(name)!.preprocessing.normalization != .perImage
    }

    static func network(_ name: String) -> ImageNetwork? { names.contains(name) ? ImageNetwork.named(name) : nil }

    /// The side of the images that the network was made for.
    static func usualSide(_ name: String) -> Int { ImageNetwork.named(name)?.inputShape[0] ?? 224 }

    /// The network of the given name with its published weights, or with those of a file.
    ///
    /// - Parameter isSmoke: whether random weights do, where the published ones are not here.
    /// - Throws: an error that says what is wrong with the weights, or where they could be.
    init(_ name: String, weights: String?, isSmoke: Bool) throws {
        kind = ImageNetwork.named(name)!
        path = weights
        guard weights != nil || PublishedWeights.names.contains(name) || isSmoke else {
            throw UsageError("nobody has published weights of \(name); name those of a run with --weights FILE")
        }
        do {
            let file = try weights ?? PublishedWeights.all.first { $0.network == name }?.file(nil)
            self.weights = try file.map(Self.read) ?? .random
            origin = file.map { weights == nil ? "published weights, \($0)" : "weights of \($0)" } ?? "random weights"
        } catch let error as MissingData {
            guard isSmoke else { throw error }
            (self.weights, origin) = (.random, "random weights, because the published ones are not here")
        }
    }

    private static func read(_ file: String) throws -> Weights {
        guard FileManager.default.fileExists(atPath: file) else {
            throw FileError(path: file, problem: "is not there; --weights names a .pth or a .safetensors file")
        }
        if file.hasSuffix(".safetensors") {
            let read = try SafeTensors(contentsOf: URL(fileURLWithPath: file))
            if read.metadata["format"] == "gradus" { return .own(read.tensors.filter { !$0.key.contains("/") }) }
        }
        return .torch(try PublishedWeights.tensors(file))
    }

    /// 1 for gray images, 3 for color.
    var channels: Int { kind.inputShape[2] }

    /// How images become the network's input, `side` pixels high and wide.
    func preprocessing(side: Int) -> ImagePreprocessing {
        ImagePreprocessing(
            height: side, width: side, channels: channels, normalization: kind.preprocessing.normalization)
    }

    /// A network with random weights; the same ones every time for the same recipe.
    func newNetwork(_ recipe: FineTuneRecipe, classes: Int) -> ImageClassifier {
        withRandomSeed(UInt64(recipe.seed)) {
            kind.makeModel(classes: classes, height: recipe.side, width: recipe.side)
        }
    }

    /// Puts the weights that were learned elsewhere into all layers but the last.
    ///
    /// - Throws: `CheckpointMismatch` when the weights are another network's.
    func load(into network: ImageClassifier) throws {
        let file = path ?? origin
        switch weights {
        case .torch(let tensors): try network.load(torch: tensors, file: file, keepingHead: true)
        case .own(let tensors):
            let own = network.namedTensors.filter { network.isInHead($0.key) }
            try network.load(tensors.filter { !network.isInHead($0.key) }.merging(own) { $1 }, file: file)
        case .random: break
        }
    }
}
