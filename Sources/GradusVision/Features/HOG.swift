import Foundation
import Gradus

/// Histograms of oriented gradients (Dalal & Triggs 2005): how strong edges of each direction are in each part of an image.
///
/// 1. The gradient of each pixel is `g = (I(y, x + 1) − I(y, x − 1), I(y + 1, x) − I(y − 1, x))`, 0 across the image's edge; of
///    color images the channel with the longest one counts.
/// 2. Each *cell* of `cellSize` × `cellSize` pixels has a histogram of O directions of 0° to 180°: every pixel adds its `|g|`,
///    divided by the number of pixels, to the bin of its direction.
/// 3. Each *block* of B × B adjacent cells is normalized to length 1, clipped at 0.2 and normalized again
///    ("L2-Hys"), so that brightness and contrast do not count. Blocks overlap: a cell is in up to B² of them.
///
/// The result has `(rows − B + 1) · (columns − B + 1) · B² · O` numbers for rows × columns of cells; pixels beyond the last whole
/// cell are ignored. The results equal those of scikit-image's `hog`.
public struct HOG: Sendable {
    /// The side of a cell in pixels.
    public let cellSize: Int
    /// B, the side of a block in cells.
    let blockCells: Int
    /// O, the number of directions.
    let orientations: Int

    /// A descriptor; 9 directions, cells of 8 × 8 pixels and blocks of 2 × 2 cells are the paper's.
    ///
    /// - Traps: when a number is not positive.
    public init(cellSize: Int = 8, blockCells: Int = 2, orientations: Int = 9) {
        check(
            cellSize > 0 && blockCells > 0 && orientations > 0,
            "HOG: cells of \(cellSize) pixels, blocks of \(blockCells) cells, \(orientations) directions")
        (self.cellSize, self.blockCells, self.orientations) = (cellSize, blockCells, orientations)
    }

    /// The number of features of an image of that size.
    ///
    /// - Traps: when the image has no whole block.
    public func count(width: Int, height: Int) -> Int {
        let (rows, columns) = blocks(width, height)
        return rows * columns * blockCells * blockCells * orientations
    }

    /// The features of an image: blocks row by row, in each the cells row by row, in each the directions.
    ///
    /// - Traps: when the image has no whole block.
    public func callAsFunction(_ image: Image) -> [Float] {
        let (blockRows, blockColumns) = blocks(image.width, image.height)
        let histograms = cells(image)
        let columns = image.width / cellSize
        var features: [Float] = []
        features.reserveCapacity(count(width: image.width, height: image.height))
        for row in 0..<blockRows {
            for column in 0..<blockColumns {
                var block: [Double] = []
                for y in row..<(row + blockCells) {
                    let start = (y * columns + column) * orientations
                    block += histograms[start..<(start + blockCells * orientations)]
                }
                features += normalized(block).map { Float($0) }
            }
        }
        return features
    }

    /// The cells' histograms before blocks are formed: cells row by row, in each the directions.
    public func cells(_ image: Image) -> [Double] {
        let (rows, columns) = (image.height / cellSize, image.width / cellSize)
        var histograms = [Double](repeating: 0, count: rows * columns * orientations)
        let share = 1 / Double(cellSize * cellSize)
        let width = 180 / Double(orientations)
        let gradients = ImageGradients(image)
        for y in 0..<(rows * cellSize) {
            for x in 0..<(columns * cellSize) {
                let (dx, dy) = gradients[y, x]
                if dx == 0 && dy == 0 { continue }
                var degrees = atan2(dy, dx) * (180 / Double.pi)
                if degrees < 0 { degrees += 180 }
                if degrees >= 180 { degrees -= 180 }
                let direction = min(Int(degrees / width), orientations - 1)
                let cell = y / cellSize * columns + x / cellSize
                histograms[cell * orientations + direction] += (dx * dx + dy * dy).squareRoot() * share
            }
        }
        return histograms
    }

    private func blocks(_ width: Int, _ height: Int) -> (Int, Int) {
        let (rows, columns) = (height / cellSize - blockCells + 1, width / cellSize - blockCells + 1)
        check(
            rows > 0 && columns > 0,
            "HOG: an image of \(width) × \(height) pixels has no block of \(blockCells) × \(blockCells) cells of "
                + "\(cellSize) pixels")
        return (rows, columns)
    }

    private func normalized(_ block: [Double]) -> [Double] {
        func unit(_ values: [Double]) -> [Double] {
            let length = (values.reduce(0) { $0 + $1 * $1 } + 1e-10).squareRoot()
            return values.map { $0 / length }
        }
        return unit(unit(block).map { min($0, 0.2) })
    }
}

/// The gradient of each pixel, by the difference of its neighbors; of several channels the longest.
struct ImageGradients {
    private let image: Image

    init(_ image: Image) { self.image = image }

    /// The change from left to right and from top to bottom, 0 across the image's edge.
    subscript(y: Int, x: Int) -> (dx: Double, dy: Double) {
        let (width, height, channels) = (image.width, image.height, image.channels)
        let pixel = (y * width + x) * channels
        return image.pixels.withUnsafeBufferPointer { pixels in
            var best = (dx: 0, dy: 0)
            for c in pixel..<(pixel + channels) {
                let dx = x == 0 || x == width - 1 ? 0 : Int(pixels[c + channels]) - Int(pixels[c - channels])
                let down = width * channels
                let dy = y == 0 || y == height - 1 ? 0 : Int(pixels[c + down]) - Int(pixels[c - down])
                if dx * dx + dy * dy > best.dx * best.dx + best.dy * best.dy { best = (dx, dy) }
            }
            return (Double(best.dx), Double(best.dy))
        }
    }
}

/// An image overlaid with its histograms of oriented gradients: each cell has a line along the edges of each direction, as long
/// as its histogram entry.
public struct HOGImage: Sendable {
    /// The image.
    let image: Image
    /// The descriptor.
    let descriptor: HOG

    /// A drawing of the descriptor's cells over the image.
    public init(_ image: Image, _ descriptor: HOG) { (self.image, self.descriptor) = (image, descriptor) }

    /// The drawing; each pixel of the image becomes a square of `magnification` pixels.
    ///
    /// - Traps: when `magnification` is not positive.
    public func drawn(magnification: Int = 8) -> Image {
        check(magnification > 0, "HOGImage: expected a positive magnification, got \(magnification)")
        var canvas = Canvas(width: image.width * magnification, height: image.height * magnification)
        canvas.paste(darkened, x: 0, y: 0, magnification: magnification)
        let histograms = descriptor.cells(image)
        let strongest = histograms.max() ?? 0
        guard strongest > 0 else { return canvas.image }
        let columns = image.width / descriptor.cellSize
        let reach = Double(descriptor.cellSize * magnification) / 2
        for (index, value) in histograms.enumerated() where value > 0.02 * strongest {
            let cell = index / descriptor.orientations
            let (row, column) = (Double(cell / columns), Double(cell % columns))
            let (x, y) = ((column + 0.5) * 2 * reach, (row + 0.5) * 2 * reach)
            // An edge runs across its gradient; y counts downwards in both.
            let turn = (Double(index % descriptor.orientations) + 0.5) / Double(descriptor.orientations) * .pi
            let length = value / strongest * (reach - 1)
            let (dx, dy) = (-sin(turn) * length, cos(turn) * length)
            canvas.line(
                from: (Int((x - dx).rounded()), Int((y - dy).rounded())),
                to: (Int((x + dx).rounded()), Int((y + dy).rounded())), Color(hex: 0xFFD23F), thickness: 1.6)
        }
        return canvas.image
    }

    private var darkened: Image {
        Image(
            width: image.width, height: image.height, channels: image.channels,
            pixels: image.pixels.map { $0 / 2 })
    }
}
