import Gradus

/// Turns an image around, left to right: `y[i, j] = x[i, W − 1 − j]`, with the given probability.
public struct HorizontalFlip: ImageTransform {
    /// How often.
    public let probability: Double

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

    /// Nothing: evaluation leaves images as they are.
    public var forEvaluation: (any ImageTransform)? { nil }
}
