import Gradus

/// A kind of network for images: what it takes, how it is made, what is worth knowing of it.
public struct ImageNetwork: Sendable {
    /// The name by which programs choose it, as `resnet20-cifar`.
    public let name: String
    /// What it is, in one line.
    public let summary: String
    /// Height, width and channels of the images that it was designed for.
    public let inputShape: [Int]
    /// The length to which an image's shorter side is brought before the middle of ``inputShape`` is cut out; `nil` where
    /// the whole image is brought to that size.
    public let resizedSide: Int?
    /// The least height and width that it takes.
    public let leastSide: Int
    /// What is done to the numbers of an image.
    public let preprocessing: ImagePreprocessing
    /// How many classes it was designed for.
    public let classes: Int
    /// How the parameters of the last layer, which knows the classes, begin.
    public let head: String
    /// Layers and blocks whose outputs show what the network sees, from the first to the last; names of a ``ActivationRecorder``.
    public let layersWorthShowing: [String]
    /// What its original's solver does with some of the parameters.
    public let parameterGroups: [ParameterGroup]
    let make: @Sendable (_ shape: [Int], _ classes: Int) -> any Layer

    init(
        _ name: String, _ summary: String, input: [Int], resizedSide: Int? = nil, leastSide: Int,
        preprocessing: ImagePreprocessing, classes: Int = 10, head: String, showing layers: [String],
        parameterGroups: [ParameterGroup] = [],
        make: @escaping @Sendable (_ shape: [Int], _ classes: Int) -> any Layer
    ) {
        (self.name, self.summary, inputShape) = (name, summary, input)
        (self.resizedSide, self.leastSide, self.preprocessing) = (resizedSide, leastSide, preprocessing)
        (self.classes, self.head, layersWorthShowing) = (classes, head, layers)
        (self.parameterGroups, self.make) = (parameterGroups, make)
    }

    /// A new model with random weights.
    ///
    /// - Parameters:
    ///   - classes: K; by default those of the original.
    ///   - height: of the images, in pixels; by default the original's.
    ///   - width: of the images, in pixels; by default the original's.
    ///   - channels: of the images: 1 for gray, 3 for colors.
    /// - Traps: when a side is shorter than ``leastSide`` or the number of classes or channels is not positive.
    public func makeModel(
        classes: Int? = nil, height: Int? = nil, width: Int? = nil, channels: Int? = nil
    ) -> ImageClassifier {
        let shape = [height ?? inputShape[0], width ?? inputShape[1], channels ?? inputShape[2]]
        let classes = classes ?? self.classes
        check(
            min(shape[0], shape[1]) >= leastSide && shape[2] > 0 && classes > 0,
            "\(name): expected images of at least \(leastSide) × \(leastSide) pixels, got \(shape) and \(classes) classes"
        )
        return ImageClassifier(network: self, body: make(shape, classes), classes: classes, inputShape: shape)
    }

    /// The network of the given name, as it is in ``all``.
    public static func named(_ name: String) -> ImageNetwork? { all.first { $0.name == name } }
}
