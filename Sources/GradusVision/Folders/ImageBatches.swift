import Foundation
import Gradus
import GradusData
import Synchronization

/// The images of a folder in batches, in an order that a seed chooses, decoded on other threads ahead of their use.
///
/// A file that cannot be used is replaced by the next in that order, so batches keep their size and batch k is the same
/// for any first batch and number of threads. Memory: `ahead + 1` batches of fitted images, and one whole image a
/// thread.
public struct ImageBatches: Sequence, Sendable {
    let folder: ImageFolder
    let preprocessing: ImagePreprocessing
    let order: [Int32]
    let size: Int
    let first: Int
    let dropsLast: Bool
    let threads: Int
    let ahead: Int

    /// The number of batches of the whole folder.
    public var count: Int { dropsLast ? order.count / size : (order.count + size - 1) / size }

    /// The end of the last batch in the order.
    var end: Int { dropsLast ? count * size : order.count }

    /// The positions in the order that make a batch.
    func positions(_ batch: Int) -> Range<Int> { (batch * size)..<Swift.min((batch + 1) * size, end) }

    /// Starts the threads; they end with the sequence, or when the iterator is released.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// The images of the wanted batches, decoded on the threads.
    var decoded: OrderedWork<DecodedImage?> {
        OrderedWork(Swift.min(first * size, end)..<end, threads: threads, ahead: ahead * size) { position in
            decodedImage(position)
        }
    }

    /// The image at a position of the order, or the next one that can be used; nil when none can.
    private func decodedImage(_ position: Int) -> DecodedImage? {
        for step in 0..<order.count {
            let index = Int(order[(position + step) % order.count])
            if let image = folder.image(index, preprocessing) { return (image.pixels, folder.labels[index]) }
        }
        return nil
    }

    /// Combines the decoded images to batches.
    public struct Iterator: IteratorProtocol {
        private let batches: ImageBatches
        private let images: OrderedWork<DecodedImage?>.Iterator
        private var number: Int

        init(_ batches: ImageBatches) {
            (self.batches, images, number) = (batches, batches.decoded.makeIterator(), batches.first)
        }

        /// The next batch, waited for if it is not ready; nil at the end, or when no file of the folder can be used.
        public mutating func next() -> ImageBatch? {
            guard number < batches.count else { return nil }
            var (pixels, labels): ([UInt8], [Int32]) = ([], [])
            for _ in batches.positions(number) {
                guard case .some(.some(let image)) = images.next() else {
                    number = batches.count
                    return nil
                }
                pixels += image.pixels
                labels.append(image.label)
            }
            number += 1
            let preprocessing = batches.preprocessing
            let bytes = Tensor(
                pixels, shape: [labels.count, preprocessing.height, preprocessing.width, preprocessing.channels])
            return ImageBatch(images: Tensor<Float>(bytes) * (1 / 255), labels: Tensor(labels))
        }
    }
}

/// The bytes of a fitted image and its class.
typealias DecodedImage = (pixels: [UInt8], label: Int32)

extension ImageFolder {
    /// All images in batches of `size`, from batch `first` on; the last may be smaller unless `dropsLast`.
    ///
    /// - Parameters:
    ///   - preprocessing: the size and channels of the images.
    ///   - seed: chooses the order; nil keeps the alphabetical one.
    ///   - threads: how many decode; pixels do not depend on it.
    ///   - ahead: how many batches are made before they are asked for.
    /// - Returns: batches of pixels from 0 to 1, `[size, height, width, channels]`, and labels `[size]`.
    /// - Traps: when `size` is not positive.
    public func batches(
        of size: Int, _ preprocessing: ImagePreprocessing, seed: Int? = nil, from first: Int = 0,
        dropsLast: Bool = false,
        threads: Int = Swift.max(1, ProcessInfo.processInfo.activeProcessorCount), ahead: Int = 2
    ) -> ImageBatches {
        check(
            size > 0 && first >= 0 && threads > 0,
            "batches: a size of \(size) from batch \(first) on by \(threads) threads")
        let order =
            seed.map { randomPermutation(count, using: RandomGenerator(seed: UInt64(bitPattern: Int64($0)))) }
            ?? Array(0..<count)
        return ImageBatches(
            folder: self, preprocessing: preprocessing, order: order.map { Int32($0) }, size: size, first: first,
            dropsLast: dropsLast, threads: threads, ahead: Swift.max(1, ahead))
    }

    /// Images in memory, bytes and labels: the first `limit` in an order that the seed chooses, all without a limit.
    ///
    /// Files that cannot be used are left out and not replaced.
    ///
    /// - Throws: ``FileError`` when no file can be used.
    public func loaded(_ preprocessing: ImagePreprocessing, limit: Int? = nil, seed: Int? = nil) throws -> LabeledImages
    {
        let order =
            seed.map { randomPermutation(count, using: RandomGenerator(seed: UInt64(bitPattern: Int64($0)))) }
            ?? Array(0..<count)
        var pixels: [UInt8] = []
        var classes: [Int32] = []
        // In parallel by pieces, so that memory holds only the fitted images.
        for start in stride(from: 0, to: count, by: 256) where classes.count < limit ?? .max {
            let piece = Array(order[start..<Swift.min(start + 256, count)])
            let results = Mutex([Image?](repeating: nil, count: piece.count))
            DispatchQueue.concurrentPerform(iterations: piece.count) { index in
                let image = image(piece[index], preprocessing)
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
            Tensor(pixels, shape: [classes.count, preprocessing.height, preprocessing.width, preprocessing.channels]),
            Tensor(classes), classNames: classNames.isEmpty ? ["image"] : classNames)
    }

    /// The error of a folder in which no file can be used; it names the first of them.
    public var unusable: FileError {
        let reason = skipped.descriptions.first.map { ", the first because: \($0)" } ?? ""
        return FileError(
            path: path, problem: "none of its \(count) images can be used\(reason)",
            advice: "Name a folder of PNG, JPEG, PGM or PPM files.")
    }
}
