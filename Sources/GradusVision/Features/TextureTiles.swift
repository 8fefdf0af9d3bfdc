import Gradus
import GradusData

/// The distance of an image to each of several small tiles (Golle 2008, section 4).
///
/// Tiles are random crops of training images. A feature is the smallest distance between its tile t and any patch p of the image:
/// `minₚ |p − t|`, Euclidean over pixels and channels from 0 to 1. It is small when the image has the tile's texture anywhere.
public struct TextureTiles: Sendable {
    /// The side of a tile in pixels.
    public let side: Int
    /// The tiles, row by row with channels together, from 0 to 1, `[T, side · side · C]`.
    public let tiles: Tensor<Float>
    private let channels: Int

    /// `count` random tiles of the given images.
    ///
    /// - Parameters:
    ///   - side: 5 in the paper.
    ///   - seed: chooses images and positions.
    /// - Traps: when there are no images, or they are smaller than a tile.
    public init(_ count: Int, of images: LabeledImages, side: Int = 5, seed: Int) {
        let shape = images.imageShape
        check(
            count > 0 && images.count > 0 && side > 0 && side <= min(shape[0], shape[1]),
            "TextureTiles: \(count) tiles of \(side) × \(side) pixels out of \(images.count) images \(shape)")
        let random = RandomGenerator(seed: UInt64(bitPattern: Int64(seed)))
        func numbers(below limit: Int) -> [Int32] {
            Tensor<Int32>(uniform: [count], in: 0..<limit, using: random).scalars
        }
        let sources = numbers(below: images.count)
        let (rows, columns) = (numbers(below: shape[0] - side + 1), numbers(below: shape[1] - side + 1))
        var pixels: [Float] = []
        for tile in 0..<count {
            let image = images.image(Int(sources[tile]))
            let part = image.cropped(x: Int(columns[tile]), y: Int(rows[tile]), width: side, height: side)
            pixels += part.pixels.map { Float($0) / 255 }
        }
        (self.side, channels) = (side, shape[2])
        tiles = Tensor(pixels, shape: [count, side * side * shape[2]])
        // |p − t|² = |p|² − 2 p·t + |t|²: the first two terms are one product of (p, |p|²) and (−2t, 1).
        factors = Tensor.concatenated([tiles * -2, Tensor(ones: [count, 1])], axis: 1)
        lengths = tiles.squared().sum(axes: [1])
    }

    private let factors: Tensor<Float>
    private let lengths: Tensor<Float>

    /// The number of features: T.
    public var count: Int { tiles.shape[0] }

    /// The distance from each tile to the most similar patch of the image.
    ///
    /// - Traps: when the image is smaller than a tile, or has other channels.
    public func callAsFunction(_ image: Image) -> [Float] {
        check(
            image.channels == channels && min(image.width, image.height) >= side,
            "TextureTiles: an image of \(image.width) × \(image.height) × \(image.channels) for tiles of \(side) × "
                + "\(side) × \(channels)")
        let products = matmul(patches(image), factors, transposeB: true)
        return maximum(products.min(axes: [0]) + lengths, Tensor(0)).squareRoot().scalars
    }

    /// Every patch of an image with its squared length, `[P, side · side · C + 1]`.
    private func patches(_ image: Image) -> Tensor<Float> {
        let (rows, columns) = (image.height - side + 1, image.width - side + 1)
        var patches: [Float] = []
        patches.reserveCapacity(rows * columns * (side * side * channels + 1))
        for y in 0..<rows {
            for x in 0..<columns {
                var length: Float = 0
                for row in y..<(y + side) {
                    let start = (row * image.width + x) * channels
                    for pixel in start..<(start + side * channels) {
                        let value = Float(image.pixels[pixel]) / 255
                        length += value * value
                        patches.append(value)
                    }
                }
                patches.append(length)
            }
        }
        return Tensor(patches, shape: [rows * columns, side * side * channels + 1])
    }
}

extension LabeledImages {
    /// The features of each image, `[N, D]`, computed on several threads.
    ///
    /// - Parameter features: D numbers for an image.
    /// - Traps: when there are no images, or `features` returns different counts.
    public func featureRows(_ features: @Sendable (Image) -> [Float]) -> Tensor<Float> {
        check(count > 0, "featureRows: there are no images")
        let length = features(image(0)).count
        var rows = Tensor<Float>(zeros: [count, length])
        rows.withUnsafeMutableElements { rows in
            nonisolated(unsafe) let rows = rows
            Parallel.forEach(count) { position in
                let row = features(image(position))
                check(row.count == length, "featureRows: \(row.count) features instead of \(length)")
                _ = rows[(position * length)..<((position + 1) * length)].update(fromContentsOf: row)
            }
        }
        return rows
    }
}
