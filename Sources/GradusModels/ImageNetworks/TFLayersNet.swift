import Gradus

/// The network of TensorFlow's tf.layers tutorial (2017): two convolutions with pooling, and a dense layer before the
/// classes.
///
/// Input `[N, 28, 28, C]`, output logits `[N, K]`. Shapes on the way, for 28 × 28 pixels of one channel:
/// `[N, 28, 28, 32]`, `[N, 14, 14, 32]`, `[N, 14, 14, 64]`, `[N, 7, 7, 64]`, `[N, 3136]`, `[N, 1024]`, `[N, 10]`.
public struct TFLayersNet: Layer {
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

    /// The output for images `[N, H, W, C]`.
    public func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        classifier(features(images, pass), pass)
    }
}
