import Foundation
import Gradus
import GradusData

/// The images of a folder in batches, in an order that a seed chooses, decoded on other threads ahead of their use.
///
/// A file that cannot be used leaves its place to the next in that order, so batches keep their size and batch k is the same
/// wherever one begins and however many threads there are. Memory: `ahead + 1` batches of prepared images, and one whole
/// image a thread.
public struct ImageBatches: Sequence, Sendable {
    let folder: ImageFolder
    let preparation: ImagePreparation
    let order: [Int32]
    let size: Int
    let first: Int
    let dropsLast: Bool
    let threads: Int
    let ahead: Int

    /// The number of batches of the whole folder.
    public var count: Int { dropsLast ? order.count / size : (order.count + size - 1) / size }

    /// The position in the order behind the last batch.
    var end: Int { dropsLast ? count * size : order.count }

    /// The positions in the order that make a batch.
    func positions(_ batch: Int) -> Range<Int> { (batch * size)..<Swift.min((batch + 1) * size, end) }

    /// Starts the threads; they end with the sequence, or when the iterator is let go.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// Takes the batches that the threads make.
    public final class Iterator: IteratorProtocol {
        private let work: DecodingWork

        init(_ batches: ImageBatches) {
            work = DecodingWork(batches)
            for _ in 0..<batches.threads {
                let thread = Thread { [work] in work.run() }
                thread.stackSize = 1 << 21
                thread.start()
            }
        }

        deinit { work.cancel() }

        /// The next batch, waited for if it is not ready; nil at the end, or when no file of the folder can be used.
        public func next() -> ImageBatch? { work.take() }
    }
}

extension ImageFolder {
    /// All images in batches of `size`, from batch `first` on; the last may be smaller unless `dropsLast`.
    ///
    /// - Parameters:
    ///   - preparation: the size and channels of the images.
    ///   - seed: chooses the order; nil keeps the alphabetical one.
    ///   - threads: how many decode; pixels do not depend on it.
    ///   - ahead: how many batches are made before they are asked for.
    /// - Returns: batches of pixels from 0 to 1, `[size, height, width, channels]`, and labels `[size]`.
    /// - Traps: when `size` is not positive.
    public func batches(
        of size: Int, _ preparation: ImagePreparation, seed: Int? = nil, from first: Int = 0, dropsLast: Bool = false,
        threads: Int = Swift.max(1, ProcessInfo.processInfo.activeProcessorCount), ahead: Int = 2
    ) -> ImageBatches {
        check(
            size > 0 && first >= 0 && threads > 0,
            "batches: a size of \(size) from batch \(first) on by \(threads) threads")
        let order =
            seed.map { randomPermutation(count, using: RandomGenerator(seed: UInt64(bitPattern: Int64($0)))) }
            ?? Array(0..<count)
        return ImageBatches(
            folder: self, preparation: preparation, order: order.map { Int32($0) }, size: size, first: first,
            dropsLast: dropsLast, threads: threads, ahead: Swift.max(1, ahead))
    }

    /// Images in memory, bytes and labels: the first `limit` in an order that the seed chooses, all without a limit.
    ///
    /// Files that cannot be used are left out and not replaced.
    ///
    /// - Throws: ``DataFileError`` when no file can be used.
    public func loaded(_ preparation: ImagePreparation, limit: Int? = nil, seed: Int? = nil) throws -> LabeledImages {
        let order =
            seed.map { randomPermutation(count, using: RandomGenerator(seed: UInt64(bitPattern: Int64($0)))) }
            ?? Array(0..<count)
        var pixels: [UInt8] = []
        var classes: [Int32] = []
        // A piece at a time in parallel; memory holds the prepared images alone.
        for start in stride(from: 0, to: count, by: 256) where classes.count < limit ?? .max {
            let piece = Array(order[start..<Swift.min(start + 256, count)])
            let results = Locked([Image?](repeating: nil, count: piece.count))
            DispatchQueue.concurrentPerform(iterations: piece.count) { index in
                let image = image(piece[index], preparation)
                results.withLock { $0[index] = image }
            }
            for (index, image) in zip(piece, results.withLock { $0 }) where classes.count < limit ?? .max {
                guard let image else { continue }
                pixels += image.pixels
                classes.append(labels[index])
            }
        }
        guard !classes.isEmpty else { throw unusable }
        return LabeledImages(
            Tensor(pixels, shape: [classes.count, preparation.height, preparation.width, preparation.channels]),
            Tensor(classes), classNames: classNames.isEmpty ? ["image"] : classNames)
    }

    /// The error of a folder in which no file can be used; it names the first of them.
    public var unusable: DataFileError {
        let reason = skipped.descriptions.first.map { ", the first because: \($0)" } ?? ""
        return DataFileError(
            path: path, problem: "none of its \(count) images can be used\(reason)",
            advice: "Name a folder of PNG, JPEG, PGM or PPM files.")
    }
}
