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
    private let tensors: [String: Tensor<Float>]?

    /// The networks that can be fine-tuned: those whose pictures are prepared by fixed numbers.
    static let names = ImageNetwork.all.filter { normalization(of: $0) != nil }.map(\.name)

    static func network(_ name: String) -> ImageNetwork? { names.contains(name) ? ImageNetwork.named(name) : nil }

    /// The side of the pictures that the network was made for.
    static func usualSide(_ name: String) -> Int { ImageNetwork.named(name)?.inputShape[0] ?? 224 }

    /// The network of the given name with its published weights, or with those of a file.
    ///
    /// - Parameter isSmoke: whether random weights do, where the published ones are not here.
    /// - Throws: an error that says what is wrong with the weights, or where they could be.
    init(_ name: String, weights: String?, isSmoke: Bool) throws {
        kind = ImageNetwork.named(name)!
        path = weights
        if let weights {
            tensors = try PretrainedWeights.tensors(of: kind, in: weights)
            origin = "weights of \(weights)"
            return
        }
        do {
            (tensors, origin) = try PretrainedWeights.published(kind)
        } catch let error as MissingData where isSmoke {
            _ = error
            (tensors, origin) = (nil, "random weights, because the published ones are not here")
        }
    }

    /// 1 for grey pictures, 3 for colour.
    var channels: Int { kind.inputShape[2] }

    /// What is done to pixels from 0 to 1.
    var normalization: ChannelNormalization { Self.normalization(of: kind)! }

    private static func normalization(of kind: ImageNetwork) -> ChannelNormalization? {
        let channels = kind.inputShape[2]
        switch kind.preprocessing {
        case .none:
            return ChannelNormalization(
                mean: [Float](repeating: 0, count: channels), deviation: [Float](repeating: 1, count: channels))
        case .normalized(let mean, let deviation): return ChannelNormalization(mean: mean, deviation: deviation)
        case .standardized: return nil
        }
    }

    /// A network with random weights; the same ones every time for the same recipe.
    func newNetwork(_ recipe: FineTuneRecipe, classes: Int) -> GradusModels.ImageClassifier {
        withRandomSeed(UInt64(recipe.seed)) {
            kind.makeModel(classes: classes, height: recipe.side, width: recipe.side)
        }
    }

    /// Puts the weights that were learned elsewhere into all layers but the last.
    ///
    /// - Throws: `CheckpointMismatch` when the weights are another network's.
    func load(into network: GradusModels.ImageClassifier) throws {
        guard let tensors else { return }
        let head = network.lastLayerName + "."
        var values = network.namedTensors
        let others = tensors.filter { !$0.key.hasPrefix(head) }
        for (name, value) in others { values[name] = value }
        try network.load(values, file: path ?? origin)
    }
}
