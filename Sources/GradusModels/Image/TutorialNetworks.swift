import Gradus

/// The network for handwritten digits of LeCun et al. 1998, in the form that Caffe and its followers train.
///
/// Input `[N, 28, 28, 1]`, output logits `[N, K]`. Shapes on the way, for 28 × 28 pixels: `[N, 24, 24, 20]`,
/// `[N, 12, 12, 20]`, `[N, 8, 8, 50]`, `[N, 4, 4, 50]`, `[N, 500]`; 431,080 weights. The convolutions have no activation,
/// only max pooling; the only ReLU comes before the last layer.
public struct LeNet: ImageModel {
    /// From pixels to 20 channels.
    public let conv1: Conv2D
    /// From 20 to 50 channels.
    public let conv2: Conv2D
    /// From all of them to 500 features.
    public let fc1: Dense
    /// From features to one score a class.
    public let fc2: Dense

    private let pool = MaxPool2D(2)

    /// A network for images of the given size and number of classes.
    ///
    /// - Traps: when a side has fewer than 16 pixels.
    public init(height: Int = 28, width: Int = 28, channels: Int = 1, classes: Int = 10) {
        check(min(height, width) >= 16, "LeNet: expected images of at least 16 × 16 pixels, got \(height) × \(width)")
        func pooledTwice(_ size: Int) -> Int { ((size - 4) / 2 - 4) / 2 }
        conv1 = Conv2D(channels, 20, kernel: 5, initializer: .lecunUniform)
        conv2 = Conv2D(20, 50, kernel: 5, initializer: .lecunUniform)
        fc1 = Dense(pooledTwice(height) * pooledTwice(width) * 50, 500, activation: .relu, initializer: .lecunUniform)
        fc2 = Dense(500, classes, initializer: .lecunUniform)
    }

    /// The last layer.
    public var head: String { "fc2" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] { ["conv1", "conv2"] }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let small = pool(conv1(images, pass), pass)
        let smaller = pool(conv2(small, pass), pass)
        return fc2(fc1(Flatten()(smaller, pass), pass), pass)
    }
}

/// The network of TensorFlow's tf.layers tutorial (2017): two convolutions with pooling, and a dense layer before the
/// classes.
///
/// Input `[N, 28, 28, C]`, output logits `[N, K]`. Shapes on the way, for 28 × 28 pixels of one channel:
/// `[N, 28, 28, 32]`, `[N, 14, 14, 32]`, `[N, 14, 14, 64]`, `[N, 7, 7, 64]`, `[N, 3136]`, `[N, 1024]`, `[N, 10]`.
public struct TFLayersNet: ImageModel {
    /// From pixels to 1024 features.
    public let features: Sequential
    /// From features to one score a class.
    public let classifier: Dense

    /// A network for images of the given size and number of classes.
    ///
    /// - Parameter dropout: the probability with which a feature is dropped in training.
    public init(height: Int = 28, width: Int = 28, channels: Int = 1, classes: Int = 10, dropout: Double = 0.4) {
        features = Sequential {
            Conv2D(channels, 32, kernel: 5, padding: .same, activation: .relu)
            MaxPool2D(2)
            Conv2D(32, 64, kernel: 5, padding: .same, activation: .relu)
            MaxPool2D(2)
            Flatten()
            Dense(height / 4 * (width / 4) * 64, 1024, activation: .relu)
            Dropout(dropout)
        }
        classifier = Dense(1024, classes)
    }

    /// The last layer.
    public var head: String { "classifier" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] { ["features.0", "features.2"] }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        classifier(features(images, pass), pass)
    }
}

/// Caffe's "CIFAR-10 full" network, which Mocha's tutorial trains too: three convolutions, pooling by the largest and by the
/// mean, local response normalization within channels.
///
/// Input `[N, 32, 32, 3]`, bytes of 0…255 less their mean; output logits `[N, K]`. Shapes on the way, for 32 × 32 pixels:
/// `[N, 16, 16, 32]`, `[N, 8, 8, 32]`, `[N, 4, 4, 64]`; 89,578 weights. Biases learn twice as fast and do not decay, the
/// last layer's weights decay 250 times as much (``parameterGroups``).
public struct CIFAR10Full: ImageModel {
    /// From colors to 32 channels.
    public let conv1: Conv2D
    /// From 32 to 32 channels.
    public let conv2: Conv2D
    /// From 32 to 64 channels.
    public let conv3: Conv2D
    /// From all of them to one score a class.
    public let ip1: Dense

    // Caffe's windows may reach over the lower and right border, which is what padding "same" gives at even sizes.
    private let pool1 = MaxPool2D(3, stride: 2, padding: .same)
    private let pool = AveragePool2D(3, stride: 2, padding: .same)
    private let norm = LocalResponseNorm(size: 3, alpha: 5e-5, beta: 0.75, region: .withinChannels)

    /// A network for images of the given size and number of classes.
    public init(height: Int = 32, width: Int = 32, channels: Int = 3, classes: Int = 10) {
        func halvedThrice(_ size: Int) -> Int { (((size + 1) / 2 + 1) / 2 + 1) / 2 }
        let filters = Initializer.normal(deviation: 0.01)
        conv1 = Conv2D(channels, 32, kernel: 5, padding: .symmetric(2), initializer: .normal(deviation: 1e-4))
        conv2 = Conv2D(32, 32, kernel: 5, padding: .symmetric(2), activation: .relu, initializer: filters)
        conv3 = Conv2D(32, 64, kernel: 5, padding: .symmetric(2), activation: .relu, initializer: filters)
        ip1 = Dense(halvedThrice(height) * halvedThrice(width) * 64, classes, initializer: filters)
    }

    /// The last layer.
    public var head: String { "ip1" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] { ["conv1", "conv2", "conv3"] }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = norm(Activation.relu(pool1(conv1(images, pass), pass), pass), pass)
        let second = norm(pool(conv2(first, pass), pass), pass)
        let third = pool(conv3(second, pass), pass)
        return ip1(Flatten()(third, pass), pass)
    }

    /// What the solver does with the parameters; give the optimizer a weight decay of 0.004 for the rest.
    public var parameterGroups: [ParameterGroup] {
        [
            ParameterGroup(suffixes: "bias", rateFactor: 2, weightDecay: 0),
            ParameterGroup(suffixes: "ip1.weight", weightDecay: 250 * 0.004),
        ]
    }
}

/// The network of TensorFlow's CIFAR-10 tutorial (2015 to 2018), after cuda-convnet's: two convolutions with local response
/// normalization and two dense layers.
///
/// Input `[N, 24, 24, 3]`, each image at mean 0 and standard deviation 1; output logits `[N, K]`. Shapes on the way, for
/// 24 × 24 pixels: `[N, 24, 24, 64]`, `[N, 12, 12, 64]`, `[N, 6, 6, 64]`, `[N, 384]`, `[N, 192]`; 1,068,298 weights. Only the
/// weights of the two dense layers decay (``parameterGroups``); its figures come from averaged weights
/// (`AveragedWeights`, decay 0.9999).
public struct TFCIFARNet: ImageModel {
    /// From colors to 64 channels.
    public let conv1: Conv2D
    /// From 64 to 64 channels, at half the resolution.
    public let conv2: Conv2D
    /// From all of them to 384 features.
    public let local3: Dense
    /// From 384 to 192 features.
    public let local4: Dense
    /// From features to one score a class.
    public let softmaxLinear: Dense

    private let pool = MaxPool2D(3, stride: 2, padding: .same)
    private let norm = LocalResponseNorm(size: 9, alpha: 0.001 / 9, beta: 0.75, k: 1, sumsSquares: true)

    /// A network for images of the given size and number of classes.
    public init(height: Int = 24, width: Int = 24, channels: Int = 3, classes: Int = 10) {
        func halvedTwice(_ size: Int) -> Int { ((size + 1) / 2 + 1) / 2 }
        func dense(_ inputs: Int, _ outputs: Int) -> Dense {
            Dense(
                weight: Initializer.truncatedNormal(deviation: 0.04)(
                    [inputs, outputs], fanIn: inputs, fanOut: outputs),
                bias: Tensor(repeating: 0.1, shape: [outputs]), activation: .relu)
        }
        let filters = Initializer.truncatedNormal(deviation: 0.05)
        conv1 = Conv2D(channels, 64, kernel: 5, padding: .same, activation: .relu, initializer: filters)
        conv2 = Conv2D(
            weight: filters([5, 5, 64, 64], fanIn: 1600, fanOut: 1600), bias: Tensor(repeating: 0.1, shape: [64]),
            padding: .same, activation: .relu)
        local3 = dense(halvedTwice(height) * halvedTwice(width) * 64, 384)
        local4 = dense(384, 192)
        softmaxLinear = Dense(192, classes, initializer: .truncatedNormal(deviation: 1 / 192))
    }

    /// The last layer.
    public var head: String { "softmaxLinear" }

    /// One layer near the beginning, and others further on.
    public var layersWorthShowing: [String] { ["conv1", "conv2"] }

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = norm(pool(conv1(images, pass), pass), pass)
        let second = pool(norm(conv2(first, pass), pass), pass)
        return softmaxLinear(local4(local3(Flatten()(second, pass), pass), pass), pass)
    }

    /// Weight decay of 0.004 for the two dense layers; give the optimizer none for the rest.
    public var parameterGroups: [ParameterGroup] {
        [ParameterGroup(weightDecay: 0.004) { ["local3.weight", "local4.weight"].contains($0) }]
    }
}
