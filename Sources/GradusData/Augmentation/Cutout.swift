import Gradus

/// Covers a square of `side` pixels, whose middle lies at a random pixel, with `fill`; parts of it may lie outside (DeVries & Taylor
/// 2017).
///
/// `y[i, j] = fill` where `⌊a − s/2⌋ ≤ i < ⌊a − s/2⌋ + s` and the same for j and b, with a and b drawn from all rows and columns.
public struct Cutout: ImageTransform {
    /// s
    public let side: Int
    /// What covers the square.
    public let fill: Float

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

    /// Nothing: evaluation leaves images as they are.
    public var forEvaluation: (any ImageTransform)? { nil }
}
