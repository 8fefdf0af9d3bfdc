import Gradus
import GradusEvaluation

extension ImagePreprocessing.Normalization {
    /// Mean and standard deviation of each channel over all pixels of a set, whose samples are bytes and count as 0 to 1.
    public static func perChannel(fitting images: LabeledImages) -> Self {
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
        // A channel of one value everywhere has deviation 0 and keeps its scale.
        let deviations = zip(squares, means).map { square, mean in
            let variance = Double(square) / count - mean * mean
            return variance < 1e-3 ? 1 : Float(variance.squareRoot() / 255)
        }
        return .perChannel(mean: means.map { Float($0 / 255) }, deviation: deviations)
    }

    /// The mean image of a set, whose samples are bytes and count as 0 to 1.
    public static func meanImage(fitting images: LabeledImages, scale: Float = 255) -> Self {
        var sums = [UInt64](repeating: 0, count: images.imageShape.reduce(1, *))
        for position in 0..<images.count {
            images.withPixels(position) { samples in
                for (index, sample) in samples.enumerated() { sums[index] += UInt64(sample) }
            }
        }
        return .meanImage(sums.map { Float(Double($0) / Double(255 * max(1, images.count))) }, scale: scale)
    }
}

extension ZCAWhitening {
    /// The whitening of a pipeline's images, fitted to at most `limit` of them, which the seed chooses.
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
