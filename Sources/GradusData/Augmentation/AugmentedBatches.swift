import Foundation
import Gradus

/// The images of a set in batches, changed by a pipeline on other threads ahead of their use.
///
/// Batch k is the same wherever one begins and however many threads there are. Memory: `ahead + threads` batches.
public struct AugmentedBatches: Sequence, Sendable {
    let images: LabeledImages
    let pipeline: ImagePipeline
    let stream: RandomStream
    let size: Int
    let first: Int
    let dropsLast: Bool
    let threads: Int
    let ahead: Int

    /// The number of batches of the whole set.
    public var count: Int { dropsLast ? images.count / size : (images.count + size - 1) / size }

    /// Starts the threads; they end with the sequence, or when the iterator is let go.
    public func makeIterator() -> OrderedWork<ImageBatch>.Iterator {
        OrderedWork(first..<Swift.max(first, count), threads: threads, ahead: ahead) { number in
            let positions = (number * size)..<Swift.min((number + 1) * size, images.count)
            return pipeline.batch(images, positions, number: number, stream: stream)
        }.makeIterator()
    }
}

extension LabeledImages {
    /// The images in batches of `size`, from batch `first` on, changed by `pipeline`; the last may be smaller unless
    /// `dropsLast`.
    ///
    /// - Parameters:
    ///   - seed, epoch: choose the random changes; an image's do not depend on the set's order.
    ///   - threads: how many make batches; pixels do not depend on it.
    ///   - ahead: how many batches are ready before they are asked for.
    /// - Traps: when `size` or `threads` is not positive.
    public func batches(
        of size: Int, through pipeline: ImagePipeline, seed: Int, epoch: Int, from first: Int = 0,
        dropsLast: Bool = false, threads: Int = 1, ahead: Int = 2
    ) -> AugmentedBatches {
        check(
            size > 0 && first >= 0 && threads > 0,
            "batches: a size of \(size) from batch \(first) on by \(threads) threads")
        return AugmentedBatches(
            images: self, pipeline: pipeline, stream: RandomStream(seed: seed, epoch: epoch), size: size, first: first,
            dropsLast: dropsLast, threads: threads, ahead: Swift.max(1, ahead))
    }
}
