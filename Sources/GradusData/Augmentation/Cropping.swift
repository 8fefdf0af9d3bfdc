import Gradus

/// Pads an image by p pixels of `fill` and crops a random window of the old size (He et al. 2015, section 4.2):
/// `y[i, j] = x[i + a − p, j + b − p]` with a and b drawn from `0…2p`.
public struct PadAndCrop: ImageTransform {
    /// p
    let padding: Int
    /// The value of the padding.
    let fill: Float

    /// A shift by up to `padding` pixels in each direction.
    ///
    /// - Traps: when `padding` is negative.
    public init(_ padding: Int = 4, fill: Float = 0) {
        check(padding >= 0, "PadAndCrop: a padding of \(padding)")
        (self.padding, self.fill) = (padding, fill)
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        let top = Int.random(in: 0...(2 * padding), using: &random) - padding
        let left = Int.random(in: 0...(2 * padding), using: &random) - padding
        image.takeWindow(top: top, left: left, height: image.height, width: image.width, fill: fill)
    }

    /// Nil: evaluation leaves images unchanged.
    public var forEvaluation: (any ImageTransform)? { nil }
}

/// Crops a random window: `y[i, j] = x[i + a, j + b]` with a from `0…H − h` and b from `0…W − w`; the center for evaluation.
public struct RandomCrop: ImageTransform {
    /// h
    let height: Int
    /// w
    let width: Int

    /// A window of the given size.
    ///
    /// - Traps: when a side is not positive; and, when applied, when the image is smaller.
    public init(height: Int, width: Int) {
        check(height > 0 && width > 0, "RandomCrop: a window of \(height) × \(width)")
        (self.height, self.width) = (height, width)
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        checkFit("RandomCrop", height, width, image)
        let top = Int.random(in: 0...(image.height - height), using: &random)
        let left = Int.random(in: 0...(image.width - width), using: &random)
        image.takeWindow(top: top, left: left, height: height, width: width, fill: 0)
    }

    /// The center crop.
    public var forEvaluation: (any ImageTransform)? { CenterCrop(height: height, width: width) }

    /// The shape of the result, `[H, W, C]`.
    public func outputShape(_ shape: [Int]) -> [Int] { [height, width, shape[2]] }
}

/// Crops the center: `y[i, j] = x[i + ⌊(H − h) / 2⌋, j + ⌊(W − w) / 2⌋]`.
public struct CenterCrop: ImageTransform {
    /// h
    let height: Int
    /// w
    let width: Int

    /// A window of the given size.
    ///
    /// - Traps: when a side is not positive; and, when applied, when the image is smaller.
    public init(height: Int, width: Int) {
        check(height > 0 && width > 0, "CenterCrop: a window of \(height) × \(width)")
        (self.height, self.width) = (height, width)
    }

    /// Changes one image.
    public func apply(to image: inout ImagePixels, using random: inout RandomWords) {
        checkFit("CenterCrop", height, width, image)
        image.takeWindow(
            top: (image.height - height) / 2, left: (image.width - width) / 2, height: height, width: width, fill: 0
        )
    }

    /// The same transform, which is not random.
    public var forEvaluation: (any ImageTransform)? { self }

    /// The shape of the result, `[H, W, C]`.
    public func outputShape(_ shape: [Int]) -> [Int] { [height, width, shape[2]] }
}

private func checkFit(_ name: String, _ height: Int, _ width: Int, _ image: ImagePixels) {
    check(
        height <= image.height && width <= image.width,
        "\(name): a window of \(height) × \(width) does not fit into \(image.height) × \(image.width) pixels")
}
