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
