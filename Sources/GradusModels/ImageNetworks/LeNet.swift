import Gradus

/// The network for handwritten digits of LeCun et al. 1998, in the form that Caffe and its followers train.
///
/// Input `[N, 28, 28, 1]`, output logits `[N, K]`. Shapes on the way, for 28 × 28 pixels: `[N, 24, 24, 20]`,
/// `[N, 12, 12, 20]`, `[N, 8, 8, 50]`, `[N, 4, 4, 50]`, `[N, 500]`; 431,080 weights. The convolutions have no activation,
/// the largest of each pool passes; the only ReLU stands before the classes.
public struct LeNet: Layer {
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

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let small = pool(conv1(images, pass), pass)
        let smaller = pool(conv2(small, pass), pass)
        return fc2(fc1(Flatten()(smaller, pass), pass), pass)
    }
}
