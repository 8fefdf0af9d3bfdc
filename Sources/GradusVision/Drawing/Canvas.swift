import Gradus

/// A color image to draw on; `x` counts columns to the right, `y` rows downwards. Drawing outside is clipped.
public struct Canvas: Sendable {
    /// What has been drawn.
    public private(set) var image: Image

    /// An empty canvas.
    ///
    /// - Traps: when a side is not positive.
    public init(width: Int, height: Int, background: Color = .white) {
        image = Image(width: width, height: height, channels: 3, filledWith: 255)
        fill(x: 0, y: 0, width: width, height: height, background)
    }

    /// A canvas that begins with an image; a gray one becomes color.
    public init(_ image: Image) {
        self.image = image.color()
    }

    /// Columns.
    public var width: Int { image.width }
    /// Rows.
    public var height: Int { image.height }

    /// Fills a rectangle; one without area draws nothing.
    public mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: Color) {
        let columns = clipped(x, width, self.width)
        for row in clipped(y, height, self.height) {
            for column in columns { set(row, column, color) }
        }
    }

    /// Draws the border of a rectangle, `thickness` pixels wide, inside it.
    public mutating func frame(x: Int, y: Int, width: Int, height: Int, _ color: Color, thickness: Int = 1) {
        guard width > 0, height > 0, thickness > 0 else { return }
        let across = min(thickness, width)
        let down = min(thickness, height)
        fill(x: x, y: y, width: width, height: down, color)
        fill(x: x, y: y + height - down, width: width, height: down, color)
        fill(x: x, y: y, width: across, height: height, color)
        fill(x: x + width - across, y: y, width: across, height: height, color)
    }

    /// Draws a smooth straight line between the centers of two pixels, with round ends.
    public mutating func line(
        from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ color: Color, thickness: Double = 1
    ) {
        let radius = max(thickness, 0) / 2
        let reach = Int((radius + 1).rounded(.up))
        let (dx, dy) = (Double(end.x - start.x), Double(end.y - start.y))
        let lengthSquared = dx * dx + dy * dy
        let (left, top) = (min(start.x, end.x) - reach, min(start.y, end.y) - reach)
        let columns = clipped(left, max(start.x, end.x) + reach - left + 1, width)
        for row in clipped(top, max(start.y, end.y) + reach - top + 1, height) {
            for column in columns {
                let (px, py) = (Double(column - start.x), Double(row - start.y))
                let share = lengthSquared == 0 ? 0 : min(max((px * dx + py * dy) / lengthSquared, 0), 1)
                let (ox, oy) = (px - share * dx, py - share * dy)
                let coverage = radius + 0.5 - (ox * ox + oy * oy).squareRoot()
                if coverage > 0 { blend(row, column, color, UInt8(min(coverage, 1) * 255)) }
            }
        }
    }

    /// Copies an image; each of its pixels becomes a square of `magnification` pixels.
    ///
    /// - Traps: when `magnification` is not positive.
    public mutating func paste(_ image: Image, x: Int, y: Int, magnification: Int = 1) {
        check(magnification > 0, "paste: expected a positive magnification, got \(magnification)")
        let columns = clipped(x, image.width * magnification, width)
        for row in clipped(y, image.height * magnification, height) {
            for column in columns {
                let source = (row - y) / magnification * image.width + (column - x) / magnification
                set(row, column, image.color(ofPixel: source))
            }
        }
    }

    private mutating func set(_ row: Int, _ column: Int, _ color: Color) {
        let start = (row * width + column) * 3
        image.pixels[start] = color.red
        image.pixels[start + 1] = color.green
        image.pixels[start + 2] = color.blue
    }

    /// Mixes a color over a pixel by its coverage, 0 to 255; a pixel outside is left out.
    mutating func blend(_ row: Int, _ column: Int, _ color: Color, _ coverage: UInt8) {
        guard row >= 0, row < height, column >= 0, column < width, coverage > 0 else { return }
        let under = image.color(ofPixel: row * width + column)
        set(row, column, under.mixed(with: color, Double(coverage) / 255))
    }

    /// The part of `start ..< start + length` inside `0 ..< limit`.
    private func clipped(_ start: Int, _ length: Int, _ limit: Int) -> Range<Int> {
        let first = min(max(start, 0), limit)
        let end = start.addingReportingOverflow(max(length, 0))
        return first..<max(first, min(end.overflow ? limit : end.partialValue, limit))
    }
}

extension Image {
    /// The color of the pixel with the given index.
    fileprivate func color(ofPixel index: Int) -> Color {
        if channels == 1 { return .gray(pixels[index]) }
        return Color(pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2])
    }
}

/// The alignment of a text to the point it is drawn at, along its direction.
public enum TextAnchor: Sendable {
    /// The text begins at the point.
    case left
    /// The text's middle is at the point.
    case center
    /// The text ends at the point.
    case right
}

/// The alignment of a text to the point it is drawn at, across its direction.
public enum TextLevel: Sendable {
    /// The point is on the baseline.
    case baseline
    /// The point is halfway up a capital letter.
    case middle
    /// The point is at the top of a capital letter.
    case top
}

extension Canvas {
    /// Draws a line of text.
    ///
    /// Rotated text reads from bottom to top, as along an axis; `left` is then its lower end, and its `top` is at the left.
    ///
    /// - Throws: `FontError` when no font is installed; the canvas is then as before.
    public mutating func text(
        _ text: String, x: Int, y: Int, font: Font, color: Color = .black, anchor: TextAnchor = .left,
        level: TextLevel = .baseline, rotated: Bool = false
    ) throws(FontError) {
        let mask = try FontEngine.shared.mask(of: text, in: font)
        let along: Int
        switch anchor {
        case .left: along = 0
        case .center: along = -mask.advance / 2
        case .right: along = -mask.advance
        }
        let across: Int
        switch level {
        case .baseline: across = 0
        case .middle: across = try font.capitalHeight() / 2
        case .top: across = try font.capitalHeight()
        }
        for row in 0..<mask.height {
            for column in 0..<mask.width {
                let right = along - mask.penX + column
                let down = across - mask.ascent + row
                let coverage = mask.coverage[row * mask.width + column]
                if rotated {
                    blend(y - right, x + down, color, coverage)
                } else {
                    blend(y + down, x + right, color, coverage)
                }
            }
        }
    }
}
