import Gradus

/// A typeface by name, with a size in pixels; drawing finds the file through fontconfig.
///
/// Characters that the family lacks (Chinese, Japanese, …) are taken from another installed font, or drawn as a box. Text is one
/// line from left to right: right-to-left scripts and ligatures are not shaped.
public struct Font: Hashable, Sendable {
    /// A family as fontconfig knows it, for example `sans`, `serif`, `monospace` or `DejaVu Sans`.
    public var family: String
    /// The size of the em square in pixels.
    public var size: Int
    /// Whether the bold face is asked for.
    public var isBold: Bool

    /// A font of a family and size.
    ///
    /// - Traps: when `size` is outside 1 to 1000 pixels.
    public init(_ family: String = "sans", size: Int, bold: Bool = false) {
        check((1...1000).contains(size), "Font: expected a size of 1 to 1000 pixels, got \(size)")
        self.family = family
        self.size = size
        self.isBold = bold
    }

    /// How far the pen moves when it writes `text`, in pixels; the drawn pixels may be a pixel or two narrower.
    ///
    /// - Throws: `FontError` when no font is installed.
    public func width(of text: String) throws(FontError) -> Int {
        try FontEngine.shared.mask(of: text, in: self).advance
    }

    /// The height of a capital letter, in pixels.
    ///
    /// - Throws: `FontError` when no font is installed.
    func capitalHeight() throws(FontError) -> Int {
        try FontEngine.shared.mask(of: "H", in: self).inkAbove
    }

    /// `text`, or the longest prefix that fits into `width` pixels with an ellipsis.
    ///
    /// - Throws: `FontError` when no font is installed.
    func shortened(_ text: String, toWidth width: Int) throws(FontError) -> String {
        if try self.width(of: text) <= width { return text }
        var (shortest, longest) = (0, text.count)
        while shortest < longest {
            let middle = (shortest + longest + 1) / 2
            let fits = try self.width(of: text.prefix(middle) + "…") <= width
            if fits { shortest = middle } else { longest = middle - 1 }
        }
        return text.prefix(shortest) + "…"
    }
}

/// A failure to draw text.
public struct FontError: Error, Equatable, CustomStringConvertible {
    /// The whole message, with what to do.
    public let description: String
}
