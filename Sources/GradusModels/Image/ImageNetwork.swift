import Gradus

/// A kind of network for images: its name, the images that its original takes, and how it is made.
public struct ImageNetwork: Sendable {
    /// The name by which programs select it, such as `resnet20-cifar`.
    public let name: String
    /// A description in one line.
    public let summary: String
    /// The smallest valid height and width.
    public let leastSide: Int
    /// How images become the original's input.
    public let preprocessing: ImagePreprocessing
    /// The number of classes that it was designed for.
    public let classes: Int
    let make: @Sendable (_ shape: [Int], _ classes: Int) -> any ImageModel

    /// A kind of network.
    ///
    /// - Parameters:
    ///   - preprocessing: how images become the original's input.
    ///   - make: makes a network with random weights, for inputs `[H, W, C]` and a number of classes.
    public init(
        _ name: String, _ summary: String, leastSide: Int, preprocessing: ImagePreprocessing, classes: Int = 10,
        make: @escaping @Sendable (_ shape: [Int], _ classes: Int) -> any ImageModel
    ) {
        (self.name, self.summary, self.leastSide) = (name, summary, leastSide)
        (self.preprocessing, self.classes, self.make) = (preprocessing, classes, make)
    }

    /// Height, width and channels of the original's input.
    public var inputShape: [Int] { preprocessing.shape }

    /// A new model with random weights, whose classes are called by their numbers.
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
        return ImageClassifier(
            self, classNames: (0..<(classes ?? self.classes)).map { "\($0)" }, preprocessing: preprocessing(for: shape))
    }

    /// How images become an input of the given shape `[H, W, C]`; one of ImageNet's size is evaluated as those of ImageNet are.
    public func preprocessing(for shape: [Int]) -> ImagePreprocessing {
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
    public static let all = small + vgg + residual + forImageNet

    private static let small = [
        ImageNetwork(
            "lenet", "LeNet as in Caffe's tutorial: two convolutions, two pools, 431,080 weights", leastSide: 16,
            preprocessing: input(28, 1)
        ) { LeNet(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
        ImageNetwork(
            "tf-layers", "the network of TensorFlow's tf.layers tutorial: two convolutions, 3,274,634 weights",
            leastSide: 4, preprocessing: input(28, 1)
        ) { TFLayersNet(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
        ImageNetwork(
            "cifar10-full", "Caffe's and Mocha's CIFAR-10 network: three convolutions, 89,578 weights",
            leastSide: 8,
            preprocessing: input(
                32, .perChannel(mean: [0.4914, 0.4822, 0.4465], deviation: [1 / 255, 1 / 255, 1 / 255]))
        ) { CIFAR10Full(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
        ImageNetwork(
            "tf-cifar10", "the network of TensorFlow's CIFAR-10 tutorial: 24 × 24 pixels, 1,068,298 weights",
            leastSide: 4, preprocessing: input(24, .perImage, fit: .resizeThenCrop(shorterSide: 32))
        ) { TFCIFARNet(height: $0[0], width: $0[1], channels: $0[2], classes: $1) },
    ]

    private static let vgg = [(11, "9.2"), (16, "14.7")].map { depth, millions in
        ImageNetwork(
            "vgg\(depth)",
            "VGG-\(depth) with batch normalization: 3 × 3 convolutions, \(millions) million weights", leastSide: 32,
            preprocessing: input(32, .imageNet)
        ) { VGG(depth: depth, form: VGG.Form(for: $0), channels: $0[2], classes: $1) }
    }

    private static let residual = [20, 32, 44, 56, 110].map { depth in
        // Only the preprocessing of its published weights is ImageNet's.
        ImageNetwork(
            "resnet\(depth)-cifar", "the residual network of \(depth) layers for CIFAR's 32 × 32 pixels",
            leastSide: 8, preprocessing: input(32, .imageNet)
        ) { CIFARResNet(depth: depth, channels: $0[2], classes: $1) }
    }

    private static let forImageNet = [
        ImageNetwork(
            "resnet18", "the residual network of 18 layers for ImageNet, 11.7 million weights", leastSide: 32,
            preprocessing: input(224, .imageNet, fit: .resizeThenCrop(shorterSide: 256)), classes: 1000
        ) { ResNet18(channels: $0[2], classes: $1) },
        ImageNetwork(
            "mobilenetv2", "MobileNetV2 for ImageNet: convolutions within channels, 3.5 million weights",
            leastSide: 32, preprocessing: input(224, .imageNet, fit: .resizeThenCrop(shorterSide: 256)),
            classes: 1000
        ) { MobileNetV2(channels: $0[2], classes: $1) },
    ]

    private static func input(
        _ side: Int, _ normalization: ImagePreprocessing.Normalization, fit: ImagePreprocessing.Fit = .crop()
    ) -> ImagePreprocessing {
        ImagePreprocessing(height: side, width: side, fit: fit, filter: .bilinear, normalization: normalization)
    }

    /// An input whose samples stay as they are.
    private static func input(_ side: Int, _ channels: Int) -> ImagePreprocessing {
        ImagePreprocessing(height: side, width: side, channels: channels, filter: .bilinear)
    }
}
