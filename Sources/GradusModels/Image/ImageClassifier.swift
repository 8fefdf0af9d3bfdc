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
    /// How images become the network's input: at first as for the original, by the statistics of its training images.
    public var preprocessing: ImagePreprocessing

    /// Height, width and channels of the input.
    public var inputShape: [Int] { preprocessing.shape }

    /// The network's own properties.
    public var children: [(name: String, value: Any)] { body.children }

    /// Logits `[N, K]` for preprocessed images `[N, H, W, C]`.
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
