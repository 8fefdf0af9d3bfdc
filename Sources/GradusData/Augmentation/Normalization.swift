import Gradus
import GradusEvaluation

/// Normalizes each image to mean 0 and deviation 1: `y = (x − m) / max(σ, 1 / (255 √n))`, with m and σ over its n samples
/// (TensorFlow's `per_image_standardization`, for samples from 0 to 1).
public struct ImageStandardization: ImageTransform {
    /// A standardization.
    public init() {}

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let count = Double(image.values.count)
        let mean = image.values.reduce(0.0) { $0 + Double($1) } / count
        let squares = image.values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        let factor = 1 / max((squares / count).squareRoot(), 1 / (255 * count.squareRoot()))
        image.mapInPlace { Float((Double($0) - mean) * factor) }
    }

    /// The same transform: it draws nothing at random.
    public var forEvaluation: (any ImageTransform)? { self }
}

/// Moves and scales each channel: `y[i, j, c] = (x[i, j, c] − mean[c]) / deviation[c]`.
public struct ChannelNormalization: ImageTransform, Codable, Equatable {
    /// What is taken away from each channel.
    public let mean: [Float]
    /// What each channel is divided by.
    public let deviation: [Float]

    /// A normalization by numbers that are known, as those of ImageNet.
    ///
    /// - Traps: when the counts differ or a deviation is not positive.
    public init(mean: [Float], deviation: [Float]) {
        check(
            mean.count == deviation.count && deviation.allSatisfy { $0 > 0 },
            "ChannelNormalization: means \(mean) and deviations \(deviation)")
        (self.mean, self.deviation) = (mean, deviation)
    }

    /// Mean and deviation of each channel over all pixels of a set, whose samples are bytes and count as 0 to 1.
    public init(fitting images: LabeledImages) {
        let channels = images.imageShape[2]
        var sums = [UInt64](repeating: 0, count: channels)
        var squares = [UInt64](repeating: 0, count: channels)
        for position in 0..<images.count {
            images.withPixels(position) { samples in
                for (index, sample) in samples.enumerated() {
                    sums[index % channels] += UInt64(sample)
                    squares[index % channels] += UInt64(sample) * UInt64(sample)
                }
            }
        }
        let count = Double(max(1, images.count * images.imageShape[0] * images.imageShape[1]))
        let means = sums.map { Double($0) / count }
        mean = means.map { Float($0 / 255) }
        // A channel of one value everywhere has deviation 0; it is left at its scale then.
        deviation = zip(squares, means).map { square, mean in
            let variance = Double(square) / count - mean * mean
            return variance < 1e-3 ? 1 : Float(variance.squareRoot() / 255)
        }
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let channels = image.channels
        check(mean.count == channels, "ChannelNormalization: \(mean.count) means for an image of \(channels) channels")
        let factors = deviation.map { 1 / $0 }
        image.values.withUnsafeMutableBufferPointer { samples in
            for pixel in stride(from: 0, to: samples.count, by: channels) {
                for channel in 0..<channels {
                    samples[pixel + channel] = (samples[pixel + channel] - mean[channel]) * factors[channel]
                }
            }
        }
    }

    /// The same transform: it draws nothing at random.
    public var forEvaluation: (any ImageTransform)? { self }
}

/// Takes away the mean image of a set, and scales: `y = (x − mean) · scale`, sample by sample.
///
/// Caffe's networks learn from bytes less their mean: `scale` is then 255.
public struct MeanImageSubtraction: ImageTransform {
    /// The mean of each sample, as many as an image has.
    public let mean: [Float]
    /// What the difference is multiplied by.
    public let scale: Float

    /// The subtraction of a mean image.
    public init(mean: [Float], scale: Float = 255) { (self.mean, self.scale) = (mean, scale) }

    /// The mean image of a set, whose samples are bytes and count as 0 to 1.
    public init(fitting images: LabeledImages, scale: Float = 255) {
        var sums = [UInt64](repeating: 0, count: images.imageShape.reduce(1, *))
        for position in 0..<images.count {
            images.withPixels(position) { samples in
                for (index, sample) in samples.enumerated() { sums[index] += UInt64(sample) }
            }
        }
        self.init(mean: sums.map { Float(Double($0) / Double(255 * max(1, images.count))) }, scale: scale)
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        check(
            mean.count == image.values.count,
            "MeanImageSubtraction: a mean of \(mean.count) samples for an image of \(image.values.count)")
        image.values.withUnsafeMutableBufferPointer { samples in
            for i in samples.indices { samples[i] = (samples[i] - mean[i]) * scale }
        }
    }

    /// The same transform: it draws nothing at random.
    public var forEvaluation: (any ImageTransform)? { self }
}

extension ZCAWhitening {
    /// The whitening of images as they come out of a pipeline, fitted to at most `limit` of them, which the seed chooses.
    ///
    /// For images of 32 × 32 × 3 samples the covariance has 3,072 rows; its eigenvectors take most of the time.
    ///
    /// - Throws: `LAPACKError`.
    public init(
        fitting images: LabeledImages, through pipeline: ImagePipeline, epsilon: Float, limit: Int = 10_000,
        seed: Int = 0
    ) throws {
        let chosen = images.shuffled(seed: seed).prefix(limit)
        let size = pipeline.outputShape(images.imageShape).reduce(1, *)
        var statistics = FeatureStatistics(features: size)
        for batch in chosen.batches(of: 1000, through: pipeline, seed: seed, epoch: 0) {
            statistics.add(batch.images.reshaped(to: [batch.labels.count, size]))
        }
        try self.init(statistics, epsilon: epsilon)
    }
}
