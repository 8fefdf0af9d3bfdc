import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining
import GradusVision

/// A random change of training images.
enum Augmentation: String, Codable, CaseIterable {
    case crop, flip, brightness, contrast, cutout, mixup
}

/// Random changes, such as `crop,flip` or `none`.
struct Augmentations: FlagValue {
    let all: [Augmentation]

    static let placeholder = "LIST"
    static let expectation =
        "none, or some of \(Augmentation.allCases.map(\.rawValue).joined(separator: ", ")) with commas between them"

    init?(flagText text: String) {
        let words = text == "none" ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
        all = words.compactMap { Augmentation(rawValue: String($0)) }
        if all.count < words.count { return nil }
    }

    var flagText: String { all.isEmpty ? "none" : all.map(\.rawValue).joined(separator: ",") }
}

/// What happens to images before the network sees them.
struct ImageRecipe: Equatable {
    /// How samples from 0 to 1 are normalized: not at all, or by statistics of each channel, of each image, of each pixel.
    enum Normalization { case identity, perChannel, perImage, meanImage }

    /// The side of the window that is cut out: at a random place for training, in the center for evaluation.
    var window: Int?
    var augmentations: [Augmentation] = []
    var normalization = Normalization.identity
    var isWhitened = false

    /// The pipeline, with the statistics of the training images.
    func pipeline(fitting images: LabeledImages, seed: Int) throws -> ImagePipeline {
        var transforms: [any ImageTransform] = []
        if let window { transforms.append(RandomCrop(height: window, width: window)) }
        if augmentations.contains(.crop) && window == nil { transforms.append(PadAndCrop(4)) }
        if augmentations.contains(.flip) { transforms.append(HorizontalFlip()) }
        if augmentations.contains(.brightness) { transforms.append(RandomBrightness()) }
        if augmentations.contains(.contrast) { transforms.append(RandomContrast()) }
        var pipeline = ImagePipeline(
            transforms, normalization: normalization(fitting: images),
            cutout: augmentations.contains(.cutout) ? Cutout(side: 8) : nil,
            mixup: augmentations.contains(.mixup) ? Mixup() : nil)
        if isWhitened {
            pipeline.whitening = try ZCAWhitening(
                fitting: images, through: pipeline.forEvaluation, epsilon: 0.1, seed: seed)
        }
        return pipeline
    }

    private func normalization(fitting images: LabeledImages) -> ImagePreprocessing.Normalization {
        switch normalization {
        case .identity: .identity
        case .perImage: .perImage
        case .perChannel: .perChannel(fitting: images)
        case .meanImage: .meanImage(fitting: images)
        }
    }

    /// How an image of any size becomes like those of the set, for use of the network.
    func preprocessing(_ set: LoadedSet, _ pipeline: ImagePipeline) -> ImagePreprocessing {
        let (shape, dataset) = (set.training.imageShape, set.source.dataset)
        let input = pipeline.outputShape(shape)
        var fit = ImagePreprocessing.Fit.crop()
        if dataset?.isGray ?? true && shape[0] == shape[1] && shape[2] == 1 {
            fit = .object(longerSide: min(input[0], shape[0] * (dataset == .fashion ? 28 : 20) / 28))
        } else if window != nil {
            fit = .resizeThenCrop(shorterSide: min(shape[0], shape[1]))
        }
        return ImagePreprocessing(
            height: input[0], width: input[1], channels: input[2], fit: fit, normalization: pipeline.normalization)
    }

    /// In words, for the header.
    var description: String {
        let words =
            [window.map { "\($0) × \($0) window" }, isWhitened ? "whitened" : nil].compactMap { $0 }
            + augmentations.map(\.rawValue)
        return words.isEmpty ? "as they are" : words.joined(separator: ", ")
    }
}
