import Foundation
import Gradus

/// An image with its histograms of oriented gradients over it: in each cell a line along the edges of each direction, as long
/// as that direction is strong.
public struct HOGImage: Sendable {
    /// The image.
    public let image: Image
    /// How it is described.
    public let descriptor: HOG

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
