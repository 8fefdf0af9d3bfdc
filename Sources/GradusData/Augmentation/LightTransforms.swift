import Gradus

/// Makes an image brighter or darker: `y = x + δ`, with one δ drawn from `−most…most` for the whole image.
public struct RandomBrightness: ImageTransform {
    /// The largest δ, in the samples' units.
    public let most: Float

    /// A change by up to `most`; TensorFlow's CIFAR-10 tutorial has 63 of 255.
    ///
    /// - Traps: when `most` is negative.
    public init(_ most: Float = 63.0 / 255) {
        check(most >= 0, "RandomBrightness: a change by up to \(most)")
        self.most = most
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let change = Float.random(in: -most...most, using: &random)
        image.mapInPlace { $0 + change }
    }

    /// Nothing: evaluation leaves images as they are.
    public var forEvaluation: (any ImageTransform)? { nil }
}

/// Makes the differences in an image larger or smaller: `y = (x − m) · f + m`, with m the mean of each channel and one f drawn
/// for the whole image.
public struct RandomContrast: ImageTransform {
    /// Where f is drawn from.
    public let factors: ClosedRange<Float>

    /// A change by a factor of the range; TensorFlow's CIFAR-10 tutorial has 0.2 to 1.8.
    public init(_ factors: ClosedRange<Float> = 0.2...1.8) { self.factors = factors }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let factor = Float.random(in: factors, using: &random)
        let (means, channels) = (image.channelMeans, image.channels)
        image.values.withUnsafeMutableBufferPointer { samples in
            for pixel in stride(from: 0, to: samples.count, by: channels) {
                for channel in 0..<channels {
                    samples[pixel + channel] = (samples[pixel + channel] - means[channel]) * factor + means[channel]
                }
            }
        }
    }

    /// Nothing: evaluation leaves images as they are.
    public var forEvaluation: (any ImageTransform)? { nil }
}
