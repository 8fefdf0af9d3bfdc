import Gradus

/// One of the ``ImageNetwork``s as a model: images in, one score a class out. Its parameters have the names of the network
/// inside.
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

    /// Takes weights under PyTorch's names, those of torchvision where it has the network.
    ///
    /// - Parameters:
    ///   - torch: the tensors by name.
    ///   - file: appears in errors.
    ///   - keepingHead: whether the last layer stays as it is, because the classes are others.
    /// - Throws: `CheckpointMismatch`; the model is then unchanged.
    public func load(torch: [String: Tensor<Float>], file: String, keepingHead: Bool = false) throws {
        // A dense layer behind a Flatten sees an image, which PyTorch orders otherwise.
        let rows = summary(input: [1] + inputShape).rows
        var flattened: [String: [Int]] = [:]
        for (index, row) in rows.enumerated() where row.kind == "Flatten" && index > 0 && index + 1 < rows.count {
            flattened[rows[index + 1].name] = Array(rows[index - 1].output.dropFirst())
        }
        try load(torch: torch, file: file, exceptHead: keepingHead ? network.head : nil, flattened: flattened)
    }

    /// Whether the parameter belongs to the last layer, which knows the classes.
    public func isInHead(_ parameter: String) -> Bool { parameter.hasPrefix(network.head) }

    /// Freezes every parameter but those of the last layer, so that training changes that alone.
    ///
    /// - Returns: how many parameters are frozen.
    @discardableResult
    public func freezeFeatures() -> Int {
        let frozen = namedParameters().filter { !isInHead($0.name) && $0.parameter.kind == .weight }
        for (_, parameter) in frozen { parameter.isFrozen = true }
        return frozen.count
    }
}
