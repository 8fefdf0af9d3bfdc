import Gradus

/// Caffe's "CIFAR-10 full" network, which Mocha's tutorial trains too: three convolutions, pooling by the largest and by the
/// mean, local response normalization within channels.
///
/// Input `[N, 32, 32, 3]`, bytes of 0…255 less their mean; output logits `[N, K]`. Shapes on the way, for 32 × 32 pixels:
/// `[N, 16, 16, 32]`, `[N, 8, 8, 32]`, `[N, 4, 4, 64]`; 89,578 weights. Biases learn twice as fast and do not decay, the
/// last layer's weights decay 250 times as much (``parameterGroups``).
public struct CIFAR10Full: Layer {
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

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let first = norm(Activation.relu(pool1(conv1(images, pass), pass), pass), pass)
        let second = norm(pool(conv2(first, pass), pass), pass)
        let third = pool(conv3(second, pass), pass)
        return ip1(Flatten()(third, pass), pass)
    }

    /// What the solver does with the parameters; give the optimizer a weight decay of 0.004 for the rest.
    public static let parameterGroups = [
        ParameterGroup(suffixes: "bias", rateFactor: 2, weightDecay: 0),
        ParameterGroup(suffixes: "ip1.weight", weightDecay: 250 * 0.004),
    ]
}
