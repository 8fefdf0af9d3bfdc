import Gradus

/// A grid of images, each with lines of text below it.
public struct ImageGrid: Sendable {
    /// An image and the lines of text under it.
    public struct Cell: Sendable {
        /// The image.
        public let image: Image
        /// The lines of text.
        let caption: [String]

        /// An image with the given lines below it.
        public init(_ image: Image, caption: [String] = []) {
            self.image = image
            self.caption = caption
        }
    }

    /// The images, row by row.
    let cells: [Cell]
    /// Images in a row.
    let columns: Int
    /// The title above the grid.
    let title: String?
    /// The side of the square that a pixel becomes.
    let magnification: Int

    /// A grid of the given images.
    ///
    /// - Traps: when `columns` or `magnification` is not positive.
    public init(_ cells: [Cell], columns: Int, title: String? = nil, magnification: Int = 1) {
        check(columns > 0 && magnification > 0, "ImageGrid: columns and magnification are positive")
        (self.cells, self.columns, self.title, self.magnification) = (cells, columns, title, magnification)
    }

    /// The drawing; text is left out when no font is installed.
    public func drawn() -> Image {
        let (gap, lineHeight) = (8, 15)
        let font = Font(size: 12)
        let imageWidth = (cells.map(\.image.width).max() ?? 1) * magnification
        let imageHeight = (cells.map(\.image.height).max() ?? 1) * magnification
        let lines = cells.map(\.caption.count).max() ?? 0
        let cellHeight = imageHeight + lines * lineHeight + gap
        let rows = (cells.count + columns - 1) / columns
        let top = title == nil ? gap : 34
        let titleWidth = title.flatMap { try? Font(size: 15, bold: true).width(of: $0) } ?? 0
        let width = max(min(columns, max(1, cells.count)) * (imageWidth + gap) + gap, titleWidth + 2 * gap)
        var canvas = Canvas(width: width, height: top + max(1, rows) * cellHeight)
        if let title { try? canvas.text(title, x: gap, y: 22, font: Font(size: 15, bold: true)) }
        for (index, cell) in cells.enumerated() {
            let x = gap + index % columns * (imageWidth + gap)
            let y = top + index / columns * cellHeight
            canvas.paste(cell.image, x: x, y: y, magnification: magnification)
            for (line, text) in cell.caption.enumerated() {
                guard let fitting = try? font.shortened(text, toWidth: imageWidth + gap - 2) else { continue }
                try? canvas.text(fitting, x: x, y: y + imageHeight + 12 + line * lineHeight, font: font)
            }
        }
        return canvas.image
    }
}
