import Foundation
import Gradus
import GradusEvaluation

/// From the images of a set to the batches that a network is trained on: random transforms of each image, its normalization,
/// then changes of the normalized images, for which 0 is the mean.
///
/// ```swift
/// let pipeline = ImagePipeline([PadAndCrop(4), HorizontalFlip()], normalization: .perChannel(fitting: set.training))
/// for batch in set.training.shuffled(seed: epoch).batches(of: 128, through: pipeline, seed: 1, epoch: epoch) { … }
/// ```
public struct ImagePipeline: Sendable {
    /// Transforms of each image, in order.
    public var transforms: [any ImageTransform]
    /// The normalization of the transformed images, usually that of the model's ``ImagePreprocessing``.
    public var normalization: ImagePreprocessing.Normalization
    /// Covers a part of each normalized image.
    public var cutout: Cutout?
    /// Whitens the normalized images.
    public var whitening: ZCAWhitening?
    /// Mixes the images of a batch.
    public var mixup: Mixup?

    /// A pipeline; without arguments, images stay as they are.
    public init(
        _ transforms: [any ImageTransform] = [], normalization: ImagePreprocessing.Normalization = .identity,
        cutout: Cutout? = nil, whitening: ZCAWhitening? = nil, mixup: Mixup? = nil
    ) {
        (self.transforms, self.normalization, self.cutout) = (transforms, normalization, cutout)
        (self.whitening, self.mixup) = (whitening, mixup)
    }

    /// The pipeline without randomness, for evaluation.
    public var forEvaluation: ImagePipeline {
        ImagePipeline(
            transforms.compactMap(\.forEvaluation), normalization: normalization, whitening: whitening)
    }

    /// The shape of the pipeline's output for images `[H, W, C]`.
    public func outputShape(_ shape: [Int]) -> [Int] { transforms.reduce(shape) { $1.outputShape($0) } }

    /// The network's input for images `[N, H, W, C]` of samples from 0 to 1; random transforms draw from image n's stream of
    /// epoch 0.
    public func callAsFunction(_ images: Tensor<Float>, seed: Int = 0) -> Tensor<Float> {
        let shape = Array(images.shape.dropFirst())
        let changed = images.withUnsafeElements { samples in
            let size = shape.reduce(1, *)
            return batch(images.shape[0], shape) { index in
                var random = RandomStream(seed: seed, epoch: 0).words(of: index)
                return self.changed(
                    ImagePixels(
                        height: shape[0], width: shape[1], channels: shape[2],
                        values: Array(samples[(index * size)..<((index + 1) * size)])), &random)
            }
        }
        return whitened(changed)
    }

    /// The images at the given positions, changed as in the given epoch.
    func batch(_ images: LabeledImages, _ positions: Range<Int>, number: Int, stream: RandomStream) -> ImageBatch {
        let shape = images.imageShape
        let pixels = batch(positions.count, shape) { index in
            let position = positions.lowerBound + index
            var random = stream.words(of: images.indices[position])
            let values = images.withPixels(position) { bytes in
                [Float](unsafeUninitializedCapacity: bytes.count) { floats, count in
                    for i in bytes.indices { floats[i] = Float(bytes[i]) * (1 / 255) }
                    count = bytes.count
                }
            }
            return changed(
                ImagePixels(height: shape[0], width: shape[1], channels: shape[2], values: values), &random)
        }
        let batch = ImageBatch(images: whitened(pixels), labels: images.labels(positions))
        guard let mixup else { return batch }
        var random = stream.words(ofBatch: number)
        return mixup(batch, using: &random)
    }

    private func changed(_ image: ImagePixels, _ random: inout RandomWords) -> ImagePixels {
        var image = image
        for transform in transforms { transform.apply(to: &image, using: &random) }
        let channels = image.channels
        image.values.withUnsafeMutableBufferPointer { normalization.normalize($0, channels: channels) }
        cutout?.apply(to: &image, using: &random)
        return image
    }

    private func batch(_ count: Int, _ shape: [Int], _ image: (Int) -> ImagePixels) -> Tensor<Float> {
        let shape = outputShape(shape)
        var pixels: [Float] = []
        pixels.reserveCapacity(count * shape.reduce(1, *))
        for index in 0..<count { pixels.append(contentsOf: image(index).values) }
        return Tensor(pixels, shape: [count] + shape)
    }

    private func whitened(_ images: Tensor<Float>) -> Tensor<Float> {
        guard let whitening else { return images }
        return whitening(images.reshaped(to: [images.shape[0], whitening.mean.count])).reshaped(to: images.shape)
    }
}

/// The random numbers of an epoch: a stream in which every image and every batch has its position.
struct RandomStream: Sendable {
    private let seed: UInt64

    init(seed: Int, epoch: Int) {
        // SplitMix64's finalizer, so that neighboring seeds and epochs have nothing in common.
        var z = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(bitPattern: Int64(epoch))
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        self.seed = z ^ (z >> 31)
    }

    /// The numbers of the image at that position in its whole set.
    func words(of image: Int) -> RandomWords { words(at: UInt64(image) << 16) }

    /// The numbers of a batch as a whole, in the upper half of the stream.
    func words(ofBatch number: Int) -> RandomWords { words(at: 1 << 62 | UInt64(number) << 16) }

    private func words(at position: UInt64) -> RandomWords {
        let generator = RandomGenerator(seed: seed)
        generator.state = RandomGenerator.State(seed: seed, position: position)
        return RandomWords(generator)
    }
}

/// The images of a set in batches, made by a pipeline on other threads ahead of their use.
///
/// Batch k depends neither on the first batch nor on the number of threads. Memory: `ahead + threads` batches.
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

    /// Starts the threads; they end with the sequence, or when the iterator is released.
    public func makeIterator() -> OrderedWork<ImageBatch>.Iterator {
        OrderedWork(first..<Swift.max(first, count), threads: threads, ahead: ahead) { number in
            let positions = (number * size)..<Swift.min((number + 1) * size, images.count)
            return pipeline.batch(images, positions, number: number, stream: stream)
        }.makeIterator()
    }
}

extension LabeledImages {
    /// The images in batches of `size`, from batch `first` on, through `pipeline`; the last may be smaller unless `dropsLast`.
    ///
    /// - Parameters:
    ///   - seed, epoch: choose the random changes, which do not depend on the set's order.
    ///   - threads: how many make batches; the result does not depend on it.
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
