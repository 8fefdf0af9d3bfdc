import Gradus

/// The VGG networks of 11 and 16 layers with batch normalization (Simonyan & Zisserman 2014, Ioffe & Szegedy 2015).
///
/// Input `[N, H, W, 3]`, output logits `[N, K]`. All convolutions are 3 × 3; five times the resolution is halved. Names and
/// order are those of torchvision's vgg11_bn and vgg16_bn.
public struct VGG: ImageModel {
    /// What follows the convolutions.
    public enum Form: Sendable {
        /// The mean of each of the 512 channels and one dense layer, as is usual for CIFAR's 32 × 32 pixels; takes
        /// images of any size of at least 32 × 32.
        case small
        /// Two dense layers of 4096 and dropout, for images of 224 × 224 pixels: the original's 133 or 138 million
        /// weights.
        case imageNet

        /// The form for inputs `[H, W, C]`: the original's for 224 × 224 pixels.
        public init(for shape: [Int]) { self = shape.prefix(2) == [224, 224] ? .imageNet : .small }
    }

    /// From color images to 512 channels at 1/32 of the resolution.
    public let features: Sequential
    /// From channels to one score per class.
    public let classifier: Sequential
    /// What follows the convolutions.
    public let form: Form

    /// A network of the given depth.
    ///
    /// - Traps: when the depth is not 11 or 16.
    public init(depth: Int, form: Form = .small, channels: Int = 3, classes: Int = 10) {
        check(depth == 11 || depth == 16, "VGG: expected 11 or 16 layers, got \(depth)")
        let stages =
            depth == 11
            ? [[64], [128], [256, 256], [512, 512], [512, 512]]
            : [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
        var layers: [any Layer] = []
        var inputs = channels
        for stage in stages {
            for filters in stage {
                layers.append(Conv2D(inputs, filters, kernel: 3, padding: .symmetric(1), initializer: .heNormalFanOut))
                layers += [BatchNorm(filters), Activation.relu] as [any Layer]
                inputs = filters
            }
            layers.append(MaxPool2D(2))
        }
        features = Sequential(layers)
        let initializer = Initializer.normal(deviation: 0.01)
        self.form = form
        switch form {
        case .small:
            classifier = Sequential {
                GlobalAveragePool2D()
                Dense(512, classes, initializer: initializer)
            }
        case .imageNet:
            classifier = Sequential {
                Dense(7 * 7 * 512, 4096, initializer: initializer)
                Activation.relu
                Dropout(0.5)
                Dense(4096, 4096, initializer: initializer)
                Activation.relu
                Dropout(0.5)
                Dense(4096, classes, initializer: initializer)
            }
        }
    }

    /// The last layer.
    public var head: String { form == .small ? "classifier.1" : "classifier.6" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] {
        features.layers.indices.filter { features.layers[$0] is MaxPool2D }.map { "features.\($0 - 1)" }
    }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let seen = features(images, pass)
        return classifier(form == .small ? seen : Flatten()(seen, pass), pass)
    }
}
