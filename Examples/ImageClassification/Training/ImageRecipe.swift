import Gradus
import GradusData

/// What happens to images before the network sees them, in the order of the properties.
struct ImageRecipe: Codable, Equatable {
    /// How samples from 0 to 1 become numbers that a network likes.
    enum Values: String, Codable {
        /// They stay as they are.
        case unit
        /// Less the mean of each channel, divided by its deviation, over all images to learn from.
        case normalized
        /// The same for each image by itself.
        case standardized
        /// Less the mean image, times 255.
        case meanImage
    }

    /// The side of the window that is cut out: at a random place to learn from, in the middle for evaluation.
    var crop: Int?
    /// By how many pixels images are moved at most.
    var padding: Int?
    var flips = false
    var brightness: Float?
    /// The smallest and the largest factor.
    var contrast: [Float]?
    var values = Values.unit
    /// The side of the square that is covered.
    var cutout: Int?
    /// The ε of a whitening.
    var whitening: Float?
    /// The α of mixtures.
    var mixup: Double?

    /// The words that `--augment` takes.
    static let augmentations = ["none", "crop", "flip", "brightness", "contrast", "cutout", "mixup"]

    /// The same with other augmentations: those of the words, and no others; a window that is cut out stays.
    func augmented(by words: [String]) -> ImageRecipe {
        var recipe = self
        recipe.padding = words.contains("crop") && crop == nil ? padding ?? 4 : nil
        recipe.flips = words.contains("flip")
        recipe.brightness = words.contains("brightness") ? brightness ?? 63.0 / 255 : nil
        recipe.contrast = words.contains("contrast") ? contrast ?? [0.2, 1.8] : nil
        recipe.cutout = words.contains("cutout") ? cutout ?? 8 : nil
        recipe.mixup = words.contains("mixup") ? mixup ?? 0.2 : nil
        return recipe
    }

    /// The pipeline, with `fitted` for what was learned from the images.
    func pipeline(_ fitted: FittedPreparation) -> ImagePipeline {
        var transforms: [any ImageTransform] = []
        if let crop { transforms.append(RandomCrop(height: crop, width: crop)) }
        if let padding { transforms.append(PadAndCrop(padding)) }
        if flips { transforms.append(HorizontalFlip()) }
        if let brightness { transforms.append(RandomBrightness(brightness)) }
        if let contrast { transforms.append(RandomContrast(contrast[0]...contrast[1])) }
        return ImagePipeline(
            transforms, normalization: fitted.normalization(values), cutout: cutout.map { Cutout(side: $0) },
            whitening: fitted.whitening(whitening), mixup: mixup.map { Mixup(alpha: $0) })
    }

    /// What is wrong with it; nil when nothing is.
    var problem: String? {
        let sides = [crop ?? 1, padding ?? 1, cutout ?? 1]
        let isPossible =
            sides.allSatisfy { (1...1024).contains($0) } && contrast.map { $0.count == 2 && $0[0] <= $0[1] } ?? true
            && brightness ?? 0 >= 0 && whitening ?? 0 >= 0 && mixup ?? 1 > 0
        return isPossible ? nil : "the images' recipe has an impossible number"
    }

    /// In words, for the header.
    var description: String {
        let words = [
            crop.map { "\($0) × \($0) window" }, padding.map { "moved by up to \($0) pixels" }, flips ? "flipped" : nil,
            brightness != nil ? "brightness" : nil, contrast != nil ? "contrast" : nil,
            cutout.map { "\($0) × \($0) pixels covered" }, whitening != nil ? "whitened" : nil,
            mixup != nil ? "mixed" : nil,
        ].compactMap { $0 }
        return words.isEmpty ? "as they are" : words.joined(separator: ", ")
    }
}
