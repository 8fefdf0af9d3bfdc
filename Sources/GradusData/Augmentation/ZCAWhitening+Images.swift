import Gradus
import GradusEvaluation

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
