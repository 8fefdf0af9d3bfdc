import Gradus

/// Some pictures and their classes, as a network takes them.
public struct ImageBatch: Sendable {
    /// Pixels from 0 to 1, `[N, H, W, C]`.
    public let images: Tensor<Float>
    /// The class of each picture, `[N]`.
    public let labels: Tensor<Int32>

    /// A batch of the given tensors.
    public init(images: Tensor<Float>, labels: Tensor<Int32>) {
        self.images = images
        self.labels = labels
    }
}

/// The pictures of a set, a batch at a time.
public struct ImageBatches: Sequence, Sendable {
    private let images: LabelledImages
    private let size: Int
    private let first: Int
    private let dropsLast: Bool

    init(_ images: LabelledImages, size: Int, first: Int, dropsLast: Bool) {
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

extension LabelledImages {
    /// The pictures in batches of `size`, from batch `first` on; the last may be smaller unless `dropsLast`.
    ///
    /// - Traps: when `size` is not positive.
    public func batches(
        of size: Int, from first: Int = 0, dropsLast: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) -> ImageBatches {
        check(size > 0 && first >= 0, "batches: a size of \(size) from batch \(first) on", file, line)
        return ImageBatches(self, size: size, first: first, dropsLast: dropsLast)
    }
}
