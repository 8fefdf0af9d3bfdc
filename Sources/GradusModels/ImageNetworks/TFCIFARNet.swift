import Gradus

/// The network of TensorFlow's CIFAR-10 tutorial (2015 to 2018), after cuda-convnet's: two convolutions with local response
/// normalization and two dense layers.
///
/// Input `[N, 24, 24, 3]`, each image at mean 0 and deviation 1; output logits `[N, K]`. Shapes on the way, for 24 × 24
/// pixels: `[N, 24, 24, 64]`, `[N, 12, 12, 64]`, `[N, 6, 6, 64]`, `[N, 384]`, `[N, 192]`; 1,068,298 weights. Only the
/// weights of the two dense layers decay (``parameterGroups``); its figures come from averaged weights
/// (`AveragedWeights`, decay 0.9999).
public struct TFCIFARNet: Layer {
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

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = norm(pool(conv1(images, pass), pass), pass)
        let second = pool(norm(conv2(first, pass), pass), pass)
        return softmaxLinear(local4(local3(Flatten()(second, pass), pass), pass), pass)
    }

    /// Weight decay of 0.004 for the two dense layers; give the optimizer none for the rest.
    public static let parameterGroups = [
        ParameterGroup(weightDecay: 0.004) { ["local3.weight", "local4.weight"].contains($0) }
    ]
}
