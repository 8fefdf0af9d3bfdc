import Gradus

/// Images and their classes in tensors.
public struct ImageBatch: Sendable {
    /// Pixels from 0 to 1, `[N, H, W, C]`.
    public let images: Tensor<Float>
    /// The class of each image, `[N]`.
    public let labels: Tensor<Int32>
    /// The second ingredient of the images, when they are mixtures.
    public let mixture: Mixture?

    /// The second ingredient of mixed images.
    public struct Mixture: Sendable {
        /// The class of each image's second ingredient, `[N]`.
        public let labels: Tensor<Int32>
        /// Its share, 0 to 1.
        public let share: Float
    }

    /// A batch of the given tensors.
    public init(images: Tensor<Float>, labels: Tensor<Int32>, mixture: Mixture? = nil) {
        (self.images, self.labels, self.mixture) = (images, labels, mixture)
    }

    /// The mean cross-entropy of scores `[N, K]` against the labels; for mixtures `(1 − s) CE(labels) + s CE(other labels)`,
    /// with s the share of the second ingredient.
    ///
    /// - Parameter smoothing: the part of a label's probability that is spread evenly over all classes.
    public func crossEntropy(_ scores: Tensor<Float>, smoothing: Double = 0) -> Tensor<Float> {
        let loss = softmaxCrossEntropy(scores, labels, smoothing: smoothing)
        guard let mixture else { return loss }
        return loss * (1 - mixture.share)
            + softmaxCrossEntropy(scores, mixture.labels, smoothing: smoothing) * mixture.share
    }
}

/// The images of a set, a batch at a time.
public struct ImageBatches: Sequence, Sendable {
    private let images: LabeledImages
    private let size: Int
    private let first: Int
    private let dropsLast: Bool

    init(_ images: LabeledImages, size: Int, first: Int, dropsLast: Bool) {
        (self.images, self.size, self.first, self.dropsLast) = (images, size, first, dropsLast)
    }

    /// The number of batches of the whole set.
    public var count: Int { dropsLast ? images.count / size : (images.count + size - 1) / size }

    /// The batches from the first wanted one on.
    public func makeIterator() -> AnyIterator<ImageBatch> {
        var next = first
        return AnyIterator {
            guard next < count else { return nil }
            defer { next += 1 }
            return images.batch((next * size)..<Swift.min((next + 1) * size, images.count))
        }
    }
}

extension LabeledImages {
    /// The images in batches of `size`, from batch `first` on; the last may be smaller unless `dropsLast`.
    ///
    /// - Traps: when `size` is not positive.
    public func batches(of size: Int, from first: Int = 0, dropsLast: Bool = false) -> ImageBatches {
        check(size > 0 && first >= 0, "batches: a size of \(size) from batch \(first) on")
        return ImageBatches(self, size: size, first: first, dropsLast: dropsLast)
    }
}

/// The share of images that a network classifies correctly.
///
/// - Parameters:
///   - model: from images `[N, H, W, C]` to scores `[N, K]`.
///   - images: the images, which go through the network 100 at a time.
/// - Returns: 0 to 1; 0 when there are no images.
public func accuracy(of model: some Layer, on images: LabeledImages) -> Double {
    var right = 0.0
    for batch in images.batches(of: 100) {
        let scores = model(batch.images, .inference)
        right += accuracy(scores, batch.labels) * Double(batch.labels.count)
    }
    return images.count == 0 ? 0 : right / Double(images.count)
}
