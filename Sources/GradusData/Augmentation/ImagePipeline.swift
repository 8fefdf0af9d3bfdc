import Gradus
import GradusEvaluation

/// What happens to images between their bytes and a network: changes of each, one after another, then of whole batches.
///
/// ```swift
/// let pipeline = ImagePipeline([PadAndCrop(4), HorizontalFlip(), ChannelNormalization(fitting: set.training)])
/// for batch in set.training.shuffled(seed: epoch).batches(of: 128, through: pipeline, seed: 1, epoch: epoch) { … }
/// ```
public struct ImagePipeline: Sendable {
    /// Changes of each image, in order.
    public var transforms: [any ImageTransform]
    /// Whitens the changed images.
    public var whitening: ZCAWhitening?
    /// Mixes the whitened images of a batch.
    public var mixup: Mixup?

    /// A pipeline; without arguments, images stay as they are.
    public init(_ transforms: [any ImageTransform] = [], whitening: ZCAWhitening? = nil, mixup: Mixup? = nil) {
        (self.transforms, self.whitening, self.mixup) = (transforms, whitening, mixup)
    }

    /// The pipeline for images that the network is evaluated on: nothing in it is random.
    public var forEvaluation: ImagePipeline {
        ImagePipeline(transforms.compactMap(\.forEvaluation), whitening: whitening)
    }

    /// The shape of the pipeline's output for images `[H, W, C]`.
    public func outputShape(_ shape: [Int]) -> [Int] { transforms.reduce(shape) { $1.outputShape($0) } }

    /// Images from 0 to 1, `[N, H, W, C]`, as a network takes them; random transforms draw from image n's stream in epoch 0.
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

    /// The numbers of the image with that place in its whole set.
    func words(of image: Int) -> RandomWords { words(at: UInt64(image) << 16) }

    /// The numbers of a batch as a whole, in the upper half of the stream.
    func words(ofBatch number: Int) -> RandomWords { words(at: 1 << 62 | UInt64(number) << 16) }

    private func words(at position: UInt64) -> RandomWords {
        let generator = RandomGenerator(seed: seed)
        generator.state = RandomGenerator.State(seed: seed, position: position)
        return RandomWords(generator)
    }
}
