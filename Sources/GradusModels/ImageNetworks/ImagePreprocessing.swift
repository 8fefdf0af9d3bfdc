import Gradus

/// What is done to the numbers of an image before a network sees them.
public enum ImagePreprocessing: Equatable, Sendable {
    /// Nothing: the bytes divided by 255.
    case none
    /// `(x − mean) / deviation` in each channel, where x is a byte divided by 255.
    case normalized(mean: [Float], deviation: [Float])
    /// Each image by itself to mean 0 and deviation 1 over all its numbers, as TensorFlow's `per_image_standardization`;
    /// the deviation counts as at least `1 / √numbers`.
    case standardized

    /// The statistics of ImageNet's colors, by which nearly all published networks were trained.
    public static let imageNet = normalized(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

    /// The preprocessed images.
    ///
    /// - Parameter images: `[N, H, W, C]`, bytes divided by 255. For other numbers of channels than the statistics have,
    ///   the channels' means count.
    public func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .none: return images
        case .normalized(let mean, let deviation):
            let channels = images.shape.last ?? 0
            return (images - fitted(mean, to: channels)) / fitted(deviation, to: channels)
        case .standardized:
            let axes = [1, 2, 3]
            let least = 1 / Float(max(1, images.count / max(1, images.shape[0]))).squareRoot()
            let deviation = images.variance(axes: axes, keepingAxes: true).squareRoot()
            return (images - images.mean(axes: axes, keepingAxes: true)) / maximum(deviation, Tensor(least))
        }
    }

    private func fitted(_ statistic: [Float], to channels: Int) -> Tensor<Float> {
        statistic.count == channels
            ? Tensor(statistic)
            : Tensor(repeating: statistic.reduce(0, +) / Float(statistic.count), shape: [channels])
    }
}
