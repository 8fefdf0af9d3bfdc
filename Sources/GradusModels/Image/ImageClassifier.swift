import Gradus

/// One of the ``ImageNetwork``s as a model: from images to one score per class. Its parameters have the names that they have
/// in ``body``.
public struct ImageClassifier: Layer {
    /// Which network it is.
    public let network: ImageNetwork
    /// The network itself, as `CIFARResNet`.
    public let body: any Layer
    /// The number of classes.
    public let classes: Int
    /// Height, width and channels of the images.
    public let inputShape: [Int]

    /// The network's own properties.
    public var children: [(name: String, value: Any)] { body.children }

    /// Logits `[N, K]` for images `[N, H, W, C]` after the network's ``ImageNetwork/preprocessing``.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { body(images, pass) }

    /// Loads weights under PyTorch's names, or torchvision's where it has the network.
    ///
    /// - Parameters:
    ///   - torch: the tensors by name.
    ///   - file: appears in errors.
    ///   - keepingHead: whether the last layer is not loaded, because the classes differ.
    /// - Throws: `CheckpointMismatch`; the model is then unchanged.
    public func load(torch: [String: Tensor<Float>], file: String, keepingHead: Bool = false) throws {
        // A dense layer after flattening sees an image, whose elements PyTorch orders differently.
        let rows = summary(input: [1] + inputShape).rows
        var flattened: [String: [Int]] = [:]
        for (row, next) in zip(rows, rows.dropFirst()) where row.isFlattening {
            flattened[next.name] = Array(row.input.dropFirst())
        }
        try load(torch: torch, file: file, exceptHead: keepingHead ? network.head : nil, flattened: flattened)
    }

    /// Whether the parameter is one of the last layer's.
    public func isInHead(_ parameter: String) -> Bool { parameter.hasPrefix(network.head) }

    /// Freezes every parameter but those of the last layer, so that only they are trained.
    ///
    /// - Returns: the number of frozen parameters.
    @discardableResult
    public func freezeFeatures() -> Int {
        let frozen = namedParameters().filter { !isInHead($0.name) && $0.parameter.kind == .weight }
        for (_, parameter) in frozen { parameter.isFrozen = true }
        return frozen.count
    }
}

/// The preprocessing of an image's values for a network.
public enum ImagePreprocessing: Equatable, Sendable {
    /// None but dividing the bytes by 255.
    case none
    /// `(x − mean) / deviation` in each channel, where x is a byte divided by 255.
    case normalized(mean: [Float], deviation: [Float])
    /// Each image to mean 0 and deviation 1 over all its values, as TensorFlow's `per_image_standardization`; the deviation is
    /// at least `1 / √values`.
    case standardized

    /// The statistics of ImageNet's colors, with which nearly all published networks were trained.
    public static let imageNet = normalized(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

    /// The preprocessed images.
    ///
    /// - Parameter images: `[N, H, W, C]`, bytes divided by 255. When the number of channels differs from the statistics', the
    ///   mean over the channels is used.
    public func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .none: return images
        case .normalized(let mean, let deviation):
            let channels = images.shape.last ?? 0
            return (images - fitted(mean, to: channels)) / fitted(deviation, to: channels)
        case .standardized:
            let axes = [1, 2, 3]
            let least = 1 / Float(max(1, images.count / max(1, images.shape[0]))).squareRoot()
            let deviation = images.variance(axes: axes, keepingAxes: true).squareRoot()
            return (images - images.mean(axes: axes, keepingAxes: true)) / maximum(deviation, Tensor(least))
        }
    }

    private func fitted(_ statistic: [Float], to channels: Int) -> Tensor<Float> {
        statistic.count == channels
            ? Tensor(statistic)
            : Tensor(repeating: statistic.reduce(0, +) / Float(statistic.count), shape: [channels])
    }
}
