import Gradus

/// A network architecture for images: its input, its construction and its properties.
public struct ImageNetwork: Sendable {
    /// The name by which programs select it, as `resnet20-cifar`.
    public let name: String
    /// A description in one line.
    public let summary: String
    /// The smallest valid height and width.
    public let leastSide: Int
    /// How images become the original's input.
    public let preprocessing: ImagePreprocessing
    /// The number of classes that it was designed for.
    public let classes: Int
    /// The prefix of the names of the last layer's parameters, whose shapes depend on the classes.
    public let head: String
    /// Layers and blocks whose outputs are worth visualizing, from the first to the last, by their names in an
    /// ``ActivationRecorder``.
    public let layersWorthShowing: [String]
    /// The parameter groups of the original's training.
    public let parameterGroups: [ParameterGroup]
    let make: @Sendable (_ shape: [Int], _ classes: Int) -> any Layer

    init(
        _ name: String, _ summary: String, input: [Int], fit: ImagePreprocessing.Fit = .crop(), leastSide: Int,
        normalization: ImagePreprocessing.Normalization, classes: Int = 10, head: String, showing layers: [String],
        parameterGroups: [ParameterGroup] = [],
        make: @escaping @Sendable (_ shape: [Int], _ classes: Int) -> any Layer
    ) {
        (self.name, self.summary, self.leastSide) = (name, summary, leastSide)
        preprocessing = ImagePreprocessing(
            height: input[0], width: input[1], channels: input[2], fit: fit, filter: .bilinear,
            normalization: normalization)
        (self.classes, self.head, layersWorthShowing) = (classes, head, layers)
        (self.parameterGroups, self.make) = (parameterGroups, make)
    }

    /// Height, width and channels of the original's input.
    public var inputShape: [Int] { preprocessing.shape }

    /// A new model with random weights.
    ///
    /// - Parameters:
    ///   - classes: K; by default the original's.
    ///   - height: the height of the images in pixels; by default the original's.
    ///   - width: the width of the images in pixels; by default the original's.
    ///   - channels: the channels of the images: 1 for gray, 3 for color.
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
        return ImageClassifier(
            network: self, body: make(shape, classes), classes: classes, preprocessing: preprocessing(for: shape))
    }

    /// How images become an input of the given shape; one of ImageNet's size is evaluated as those of ImageNet are.
    private func preprocessing(for shape: [Int]) -> ImagePreprocessing {
        var preprocessing = preprocessing.resized(to: shape)
        if preprocessing.fit == .crop(), preprocessing.normalization == .imageNet, shape.prefix(2) == [224, 224] {
            preprocessing.fit = .resizeThenCrop(shorterSide: 256)
        }
        return preprocessing
    }

    /// The network of the given name in ``all``.
    public static func named(_ name: String) -> ImageNetwork? { all.first { $0.name == name } }
}

extension ImageNetwork {
    /// All networks, from the oldest to the newest.
    public static let all: [ImageNetwork] =
        [
            ImageNetwork(
                "lenet", "LeNet as in Caffe's tutorial: two convolutions, two pools, 431,080 weights",
                input: [28, 28, 1], leastSide: 16, normalization: .identity, head: "fc2.", showing: ["conv1", "conv2"]
            ) { LeNet(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
            ImageNetwork(
                "tf-layers", "the network of TensorFlow's tf.layers tutorial: two convolutions, 3,274,634 weights",
                input: [28, 28, 1], leastSide: 4, normalization: .identity, head: "classifier.",
                showing: ["features.0", "features.2"]
            ) { TFLayersNet(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
            ImageNetwork(
                "cifar10-full", "Caffe's and Mocha's CIFAR-10 network: three convolutions, 89,578 weights",
                input: [32, 32, 3], leastSide: 8,
                normalization: .perChannel(mean: [0.4914, 0.4822, 0.4465], deviation: [1 / 255, 1 / 255, 1 / 255]),
                head: "ip1.", showing: ["conv1", "conv2", "conv3"], parameterGroups: CIFAR10Full.parameterGroups
            ) { CIFAR10Full(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
            ImageNetwork(
                "tf-cifar10", "the network of TensorFlow's CIFAR-10 tutorial: 24 × 24 pixels, 1,068,298 weights",
                input: [24, 24, 3], fit: .resizeThenCrop(shorterSide: 32), leastSide: 4, normalization: .perImage,
                head: "softmaxLinear.", showing: ["conv1", "conv2"], parameterGroups: TFCIFARNet.parameterGroups
            ) { TFCIFARNet(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
        ] + [vgg(11), vgg(16)] + [20, 32, 44, 56, 110].map(cifarResNet) + [
            ImageNetwork(
                "resnet18", "the residual network of 18 layers for ImageNet, 11.7 million weights",
                input: [224, 224, 3], fit: .resizeThenCrop(shorterSide: 256), leastSide: 32, normalization: .imageNet,
                classes: 1000,
                head: "fc.", showing: ["bn1", "layer1.0", "layer1.1", "layer2.1", "layer3.1", "layer4.1"]
            ) { ResNet18(channels: $0[2], classes: $1) },
            ImageNetwork(
                "mobilenetv2", "MobileNetV2 for ImageNet: convolutions within channels, 3.5 million weights",
                input: [224, 224, 3], fit: .resizeThenCrop(shorterSide: 256), leastSide: 32, normalization: .imageNet,
                classes: 1000,
                head: "classifier.",
                showing: ["features.0", "features.1", "features.3", "features.6", "features.13", "features.18"]
            ) { MobileNetV2(channels: $0[2], classes: $1) },
        ]

    /// A VGG network; for images of at least 224 × 224 pixels, the form for ImageNet.
    private static func vgg(_ depth: Int) -> ImageNetwork {
        let lastOfStages = depth == 11 ? [2, 6, 13, 20, 27] : [5, 12, 22, 32, 42]
        return ImageNetwork(
            "vgg\(depth)",
            "VGG-\(depth) with batch normalization: 3 × 3 convolutions, \(depth == 11 ? 9.2 : 14.7) million weights",
            input: [32, 32, 3], leastSide: 32, normalization: .imageNet, head: "classifier.",
            showing: lastOfStages.map { "features.\($0)" }
        ) { shape, classes in
            VGG(
                depth: depth, form: shape.prefix(2) == [224, 224] ? .imageNet : .small, channels: shape[2],
                classes: classes)
        }
    }

    /// A residual network for CIFAR; only the preprocessing of its published weights is ImageNet's.
    private static func cifarResNet(_ depth: Int) -> ImageNetwork {
        let blocks = (depth - 2) / 6
        let layers =
            ["bn1"]
            + (1...3).flatMap { stage in
                blocks == 1 ? ["layer\(stage).0"] : ["layer\(stage).0", "layer\(stage).\(blocks - 1)"]
            }
        return ImageNetwork(
            "resnet\(depth)-cifar", "the residual network of \(depth) layers for CIFAR's 32 × 32 pixels",
            input: [32, 32, 3], leastSide: 8, normalization: .imageNet, head: "linear.", showing: layers
        ) { CIFARResNet(depth: depth, channels: $0[2], classes: $1) }
    }
}
