import Gradus

/// A network that classifies images, with all that its use needs: the names of the classes, and how an image becomes an input.
///
/// ```swift
/// let classifier = try ImageClassifier(contentsOf: "out/image-classification/latest")   // GradusVision
/// let guesses = classifier.classify(try Image(contentsOf: "shoe.png"))
/// ```
///
/// As a layer it goes from preprocessed images to one score a class. Its parameters have the names of the network inside.
public struct ImageClassifier: Layer, ConfiguredModel {
    /// What a classifier is made from.
    public struct Configuration: Codable, Sendable {
        /// The name of the ``ImageNetwork``.
        public var network: String
        /// The names of the classes.
        public var classNames: [String]
        /// How images become the network's input.
        public var preprocessing: ImagePreprocessing
        /// Whether inputs are whitened after that.
        public var isWhitened = false
    }

    /// What it was made from.
    public let configuration: Configuration
    /// Which network it is.
    public let network: ImageNetwork
    /// The network itself, such as `CIFARResNet`.
    public let body: any ImageModel
    /// What whitens normalized images; nil where nothing does.
    public let whitening: ImageWhitening?

    /// A classifier with random weights.
    ///
    /// - Parameters:
    ///   - preprocessing: how images become the network's input; by default as for the original.
    ///   - whitening: is applied to normalized images.
    ///   - body: the network itself; by default a new one.
    /// - Traps: when a side of the input is shorter than the network's smallest, or there are no classes.
    public init(
        _ network: ImageNetwork, classNames: [String], preprocessing: ImagePreprocessing? = nil,
        whitening: ImageWhitening? = nil, body: (any ImageModel)? = nil
    ) {
        let preprocessing = preprocessing ?? network.preprocessing
        let shape = preprocessing.shape
        check(
            min(shape[0], shape[1]) >= network.leastSide && !classNames.isEmpty,
            "\(network.name): expected images of at least \(network.leastSide) × \(network.leastSide) pixels, got \(shape) "
                + "and \(classNames.count) classes")
        configuration = Configuration(
            network: network.name, classNames: classNames, preprocessing: preprocessing, isWhitened: whitening != nil)
        (self.network, self.whitening) = (network, whitening)
        self.body = body ?? network.make(shape, classNames.count)
    }

    /// A classifier of one of the ``ImageNetwork/all`` networks, with random weights.
    ///
    /// - Throws: `InvalidConfiguration` for an unknown network, or sizes that it cannot have.
    public init(configuration: Configuration) throws {
        guard let network = ImageNetwork.named(configuration.network) else {
            throw InvalidConfiguration("there is no network called \(configuration.network)")
        }
        let shape = configuration.preprocessing.shape
        let size = shape.reduce(1, *)
        try InvalidConfiguration.check(
            (network.leastSide...4096).contains(shape[0]) && (network.leastSide...4096).contains(shape[1])
                && (1...16).contains(shape[2]) && (1...100_000).contains(configuration.classNames.count)
                && (!configuration.isWhitened || size <= 20_000),
            "a \(network.name) for images \(shape) in \(configuration.classNames.count) classes")
        self.init(
            network, classNames: configuration.classNames, preprocessing: configuration.preprocessing,
            whitening: configuration.isWhitened
                ? ImageWhitening(mean: Tensor(zeros: [size]), matrix: Tensor(zeros: [size, size])) : nil)
    }

    /// The names of the classes.
    public var classNames: [String] { configuration.classNames }

    /// The number of classes.
    public var classes: Int { configuration.classNames.count }

    /// How images become the network's input.
    public var preprocessing: ImagePreprocessing { configuration.preprocessing }

    /// Height, width and channels of the input.
    public var inputShape: [Int] { preprocessing.shape }

    /// The network's own properties.
    public var children: [(name: String, value: Any)] {
        body.children + (whitening.map { [("whitening", $0)] } ?? [])
    }

    /// Logits `[N, K]` for preprocessed images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { body(images, pass) }
}

/// Decorrelates the samples of normalized images: `y = (x − mean) · matrix`, each image as one row.
public struct ImageWhitening: Module {
    /// `[D]`
    public let mean: Parameter
    /// `[D, D]`
    public let matrix: Parameter

    /// A whitening by statistics of the training images, which do not learn.
    public init(mean: Tensor<Float>, matrix: Tensor<Float>) {
        (self.mean, self.matrix) = (Parameter(mean, kind: .statistic), Parameter(matrix, kind: .statistic))
    }

    /// Whitened images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
        let rows = images.reshaped(to: [images.shape[0], mean.value.count])
        return matmul(rows - mean.value, matrix.value).reshaped(to: images.shape)
    }
}

extension ImageClassifier {
    /// A class that the network takes an image for.
    public struct Guess: Sendable {
        /// The number of the class.
        public let classIndex: Int
        /// Its name.
        public let name: String
        /// 0 to 1.
        public let probability: Float
    }

    /// The network's input for fitted images `[N, H, W, C]` of samples from 0 to 1: normalized, and whitened if it is so.
    public func input(_ images: Tensor<Float>) -> Tensor<Float> {
        let normalized = preprocessing(images)
        return whitening.map { $0(normalized) } ?? normalized
    }

    /// The likeliest classes for inputs `[1, H, W, C]`, the likeliest first.
    public func guesses(_ input: Tensor<Float>, count: Int = 5) -> [Guess] {
        let (values, indices) = self(input, .inference).softmax().topK(min(count, classes))
        return zip(indices.scalars, values.scalars).map {
            Guess(classIndex: Int($0), name: classNames[Int($0)], probability: $1)
        }
    }

    /// A class by its number, its name, or one of the names that it goes by, which commas separate.
    public func classIndex(named text: String) -> Int? {
        if let number = Int(text) { return classNames.indices.contains(number) ? number : nil }
        let wanted = text.lowercased()
        let names = classNames.map { $0.lowercased() }
        return names.firstIndex(of: wanted)
            ?? names.firstIndex { name in name.split(separator: ",").contains { $0.drop { $0 == " " } == wanted } }
    }

    /// The first of the names that a class goes by.
    public func shortName(_ index: Int) -> String { String(classNames[index].prefix { $0 != "," }) }
}

extension ImageClassifier {
    /// Whether the parameter belongs to the last layer, which knows the classes.
    public func isInHead(_ parameter: String) -> Bool { parameter.hasPrefix(body.head + ".") }

    /// Freezes every parameter but those of the last layer, so that training changes that alone.
    ///
    /// - Returns: how many parameters are frozen.
    @discardableResult
    public func freezeFeatures() -> Int {
        let frozen = namedParameters().filter { !isInHead($0.name) && $0.parameter.kind == .weight }
        for (_, parameter) in frozen { parameter.isFrozen = true }
        return frozen.count
    }

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
        try load(torch: torch, file: file, exceptHead: keepingHead ? body.head + "." : nil, flattened: flattened)
    }
}
