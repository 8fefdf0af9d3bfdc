import Gradus
import GradusData
import GradusEvaluation
import GradusTraining

/// What a preparation has learned from the images of the training set; it is kept in the checkpoint.
struct FittedPreparation {
    typealias Normalization = ImagePreprocessing.Normalization

    /// By name, as the checkpoint has them.
    private(set) var tensors: [String: Tensor<Float>] = [:]
    private static let prefix = "images/"

    /// What the recipe needs to know of `images`.
    init(_ recipe: ImageRecipe, fitting images: LabeledImages, seed: Int) throws {
        switch recipe.values {
        case .unit, .standardized: break
        case .normalized:
            guard case .perChannel(let mean, let deviation) = Normalization.perChannel(fitting: images) else { break }
            tensors["mean"] = Tensor(mean)
            tensors["deviation"] = Tensor(deviation)
        case .meanImage:
            guard case .meanImage(let mean, _) = Normalization.meanImage(fitting: images) else { break }
            tensors["mean"] = Tensor(mean)
        }
        guard let epsilon = recipe.whitening else { return }
        var plain = recipe
        plain.whitening = nil
        let whitening = try ZCAWhitening(
            fitting: images, through: plain.pipeline(self).forEvaluation, epsilon: epsilon, seed: seed)
        tensors["whitening/mean"] = whitening.mean
        tensors["whitening/values"] = whitening.values
        tensors["whitening/vectors"] = whitening.vectors
    }

    /// What a checkpoint holds.
    init(_ state: TrainingState) {
        for (name, tensor) in state.tensors where name.hasPrefix(Self.prefix) {
            tensors[String(name.dropFirst(Self.prefix.count))] = tensor
        }
    }

    /// The tensors under the names that a checkpoint gives them.
    var kept: [String: Tensor<Float>] {
        Dictionary(uniqueKeysWithValues: tensors.map { (Self.prefix + $0.key, $0.value) })
    }

    /// Whether everything is there, in the right sizes, for images `[H, W, C]`.
    func fits(_ recipe: ImageRecipe, shape: [Int]) -> Bool {
        let size = shape.reduce(1, *)
        let crop = recipe.crop.map { $0 * $0 * shape[2] } ?? size
        let valuesFit =
            switch recipe.values {
            case .unit, .standardized: true
            case .normalized:
                tensors["mean"]?.shape == [shape[2]] && tensors["deviation"]?.shape == [shape[2]]
                    && tensors["deviation"]!.scalars.allSatisfy { $0 > 0 }
            case .meanImage: tensors["mean"]?.shape == [crop]
            }
        guard recipe.whitening != nil else { return valuesFit }
        return valuesFit && tensors["whitening/mean"]?.shape == [crop] && tensors["whitening/values"]?.shape == [crop]
            && tensors["whitening/vectors"]?.shape == [crop, crop]
    }

    func normalization(_ values: ImageRecipe.Values) -> Normalization {
        switch values {
        case .unit: .identity
        case .standardized: .perImage
        case .normalized:
            .perChannel(mean: tensors["mean"]?.scalars ?? [], deviation: tensors["deviation"]?.scalars ?? [])
        case .meanImage: .meanImage(tensors["mean"]?.scalars ?? [], scale: 255)
        }
    }

    func whitening(_ epsilon: Float?) -> ZCAWhitening? {
        guard let epsilon, let mean = tensors["whitening/mean"], let values = tensors["whitening/values"],
            let vectors = tensors["whitening/vectors"]
        else { return nil }
        return ZCAWhitening(mean: mean, values: values, vectors: vectors, epsilon: epsilon)
    }
}
