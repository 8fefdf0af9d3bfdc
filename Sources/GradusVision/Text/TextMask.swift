/// A line of text as coverage: 0 leaves the ground, 255 is all ink.
struct TextMask {
    /// Columns; the pen starts `penX` columns from the left, since a glyph may extend to the left of it.
    private(set) var width = 0
    private(set) var height = 0
    private(set) var coverage: [UInt8] = []
    private(set) var penX = 0
    /// Rows above the baseline.
    private(set) var ascent = 0
    /// How far the pen moves.
    let advance: Int

    /// Rows of ink above the baseline.
    var inkAbove: Int { ascent }

    init(_ glyphs: [Glyph], advance: Int) {
        self.advance = advance
        let inked = glyphs.filter { $0.width > 0 && $0.height > 0 }
        guard let left = inked.map(\.left).min(), let right = inked.map({ $0.left + $0.width }).max(),
            let top = inked.map(\.top).max(), let bottom = inked.map({ $0.top - $0.height }).min()
        else { return }
        width = right - left
        height = top - bottom
        penX = -left
        ascent = top
        coverage = [UInt8](repeating: 0, count: width * height)
        for glyph in inked {
            for y in 0..<glyph.height {
                for x in 0..<glyph.width {
                    let index = (top - glyph.top + y) * width + glyph.left - left + x
                    // Neighbors may share a column; the ink saturates.
                    let sum = UInt16(coverage[index]) + UInt16(glyph.coverage[y * glyph.width + x])
                    coverage[index] = UInt8(clamping: sum)
                }
            }
        }
    }

    /// A rendered glyph; `left` and `top` place its bitmap from the line's start and the baseline.
    struct Glyph {
        let left: Int
        let top: Int
        let width: Int
        let height: Int
        let coverage: [UInt8]
    }
}
