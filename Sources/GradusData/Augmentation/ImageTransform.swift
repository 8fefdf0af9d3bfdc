import Gradus

/// A change of one image before a network sees it.
///
/// Random transforms draw from the image's own stream of numbers, which depends on the seed, the epoch and the image's number
/// in its set, but on no batch or thread.
public protocol ImageTransform: Sendable {
    /// Changes the image.
    func apply(to image: inout ImagePixels, using random: inout RandomWords)

    /// The transform for evaluation; nil leaves the image unchanged.
    var forEvaluation: (any ImageTransform)? { get }

    /// The shape of a changed image, from one of shape `[H, W, C]`.
    func outputShape(_ shape: [Int]) -> [Int]
}

extension ImageTransform {
    /// The shape of the result, `[H, W, C]`.
    public func outputShape(_ shape: [Int]) -> [Int] { shape }
}

/// Mirrors an image horizontally, `y[i, j] = x[i, W − 1 − j]`, with the given probability.
public struct HorizontalFlip: ImageTransform {
    /// The probability of a flip.
    let probability: Double

    /// A flip with the given probability.
    ///
    /// - Traps: when it is outside `0...1`.
    public init(probability: Double = 0.5) {
        check((0...1).contains(probability), "HorizontalFlip: a probability of \(probability)")
        self.probability = probability
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        guard Double.random(in: 0..<1, using: &random) < probability else { return }
        let (width, channels) = (image.width, image.channels)
        let rows = image.height
        image.values.withUnsafeMutableBufferPointer { samples in
            for row in 0..<rows {
                let start = row * width * channels
                for column in 0..<(width / 2) {
                    let other = start + (width - 1 - column) * channels
                    for channel in 0..<channels {
                        samples.swapAt(start + column * channels + channel, other + channel)
                    }
                }
            }
        }
    }

    /// Nil: evaluation leaves images unchanged.
    public var forEvaluation: (any ImageTransform)? { nil }
}

/// Covers a square of `side` pixels, centered at a random pixel, with `fill`; it may extend beyond the image (DeVries & Taylor
/// 2017).
///
/// `y[i, j] = fill` where `⌊a − s/2⌋ ≤ i < ⌊a − s/2⌋ + s` and the same for j and b, with a and b drawn from all rows and columns.
public struct Cutout: ImageTransform {
    /// s
    let side: Int
    /// The value that covers the square.
    let fill: Float

    /// A square of `side` pixels; after a normalization, 0 is the mean color.
    ///
    /// - Traps: when `side` is not positive.
    public init(side: Int, fill: Float = 0) {
        check(side > 0, "Cutout: a square of \(side) pixels")
        (self.side, self.fill) = (side, fill)
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let top = Int.random(in: 0..<image.height, using: &random) - side / 2
        let left = Int.random(in: 0..<image.width, using: &random) - side / 2
        let columns = max(0, left)..<min(image.width, left + side)
        let (width, channels, fill) = (image.width, image.channels, fill)
        let rows = max(0, top)..<min(image.height, top + side)
        image.values.withUnsafeMutableBufferPointer { samples in
            for row in rows {
                let start = (row * width + columns.lowerBound) * channels
                samples[start..<(start + columns.count * channels)].update(repeating: fill)
            }
        }
    }

    /// Nil: evaluation leaves images unchanged.
    public var forEvaluation: (any ImageTransform)? { nil }
}

/// Changes the brightness of an image: `y = x + δ`, with one δ drawn from `−most…most` for the image.
public struct RandomBrightness: ImageTransform {
    /// The largest δ, in the samples' units.
    let most: Float

    /// A change by up to `most`; TensorFlow's CIFAR-10 tutorial has 63 of 255.
    ///
    /// - Traps: when `most` is negative.
    public init(_ most: Float = 63.0 / 255) {
        check(most >= 0, "RandomBrightness: a change by up to \(most)")
        self.most = most
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let change = Float.random(in: -most...most, using: &random)
        image.mapInPlace { $0 + change }
    }

    /// Nil: evaluation leaves images unchanged.
    public var forEvaluation: (any ImageTransform)? { nil }
}

/// Changes the contrast of an image: `y = (x − m) · f + m`, with m the mean of each channel and one f drawn for the image.
public struct RandomContrast: ImageTransform {
    /// The range of f.
    let factors: ClosedRange<Float>

    /// A change by a factor of the range; TensorFlow's CIFAR-10 tutorial has 0.2 to 1.8.
    public init(_ factors: ClosedRange<Float> = 0.2...1.8) { self.factors = factors }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let factor = Float.random(in: factors, using: &random)
        let (means, channels) = (image.channelMeans, image.channels)
        image.values.withUnsafeMutableBufferPointer { samples in
            for pixel in stride(from: 0, to: samples.count, by: channels) {
                for channel in 0..<channels {
                    samples[pixel + channel] = (samples[pixel + channel] - means[channel]) * factor + means[channel]
                }
            }
        }
    }

    /// Nil: evaluation leaves images unchanged.
    public var forEvaluation: (any ImageTransform)? { nil }
}
