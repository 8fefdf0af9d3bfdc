import CFontconfig
import CFreeType
import Foundation

/// Finds fonts with fontconfig and renders text with FreeType.
///
/// `Sendable` because one lock guards both libraries, whose objects are not thread-safe. Faces and font lists are cached for the
/// life of the process: they are few, and slow to find.
final class FontEngine: @unchecked Sendable {
    static let shared = FontEngine(configuration: nil)

    /// A fontconfig configuration; nil is the system's.
    private let configuration: OpaquePointer?
    private let lock = NSLock()
    private var library: FT_Library?
    private var fallbacks: [Family: UnsafeMutablePointer<FcFontSet>] = [:]
    private var faces: [File: FT_Face?] = [:]

    private struct Family: Hashable {
        let name: String
        let isBold: Bool
    }

    private struct File: Hashable {
        let path: String
        let index: Int32
    }

    init(configuration: OpaquePointer?) {
        self.configuration = configuration
    }

    /// The coverage of a line of text; control characters count as spaces.
    ///
    /// - Throws: when there is no font at all.
    func mask(of text: String, in font: Font) throws(FontError) -> TextMask {
        lock.lock()
        defer { lock.unlock() }

        var glyphs: [TextMask.Glyph] = []
        var penX = 0
        var previous: (face: FT_Face, glyph: UInt32)?
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            let (face, index) = try glyph(for: isControl ? " " : scalar, in: font)
            guard FT_Set_Pixel_Sizes(face, 0, UInt32(font.size)) == 0 else { continue }
            if let previous, previous.face == face {
                var kerning = FT_Vector()
                if FT_Get_Kerning(face, previous.glyph, index, FT_KERNING_DEFAULT.rawValue, &kerning) == 0 {
                    penX += pixels(kerning.x)
                }
            }
            previous = (face, index)
            guard FT_Load_Glyph(face, index, gradus_ft_load_flags) == 0, let slot = face.pointee.glyph else { continue }
            glyphs.append(copy(slot.pointee, penX: penX))
            penX += pixels(slot.pointee.advance.x)
        }
        return TextMask(glyphs, advance: penX)
    }

    /// The first face of the family's list that has a character, else the first face's box for a missing one.
    private func glyph(for scalar: Unicode.Scalar, in font: Font) throws(FontError) -> (face: FT_Face, index: UInt32) {
        let candidates = try fontSet(for: font)
        var first: FT_Face?
        for i in 0..<Int(candidates.pointee.nfont) {
            guard let pattern = candidates.pointee.fonts[i] else { continue }
            let isNeeded = first == nil || covers(pattern, scalar)
            guard isNeeded, let face = face(of: pattern) else { continue }
            first = first ?? face
            let index = FT_Get_Char_Index(face, FT_ULong(scalar.value))
            if index != 0 { return (face, index) }
        }
        guard let first else { throw FontEngine.noFont(font) }
        return (first, 0)
    }

    /// fontconfig's list for a family, best first, each further font adding characters.
    private func fontSet(for font: Font) throws(FontError) -> UnsafeMutablePointer<FcFontSet> {
        let family = Family(name: font.family, isBold: font.isBold)
        if let known = fallbacks[family] { return known }
        guard let pattern = FcPatternCreate() else { throw FontEngine.noFont(font) }
        defer { FcPatternDestroy(pattern) }
        FcPatternAddString(pattern, FC_FAMILY, font.family)
        FcPatternAddBool(pattern, FC_SCALABLE, FcBool(1))
        FcPatternAddInteger(pattern, FC_WEIGHT, font.isBold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR)
        FcConfigSubstitute(configuration, pattern, FcMatchPattern)
        FcDefaultSubstitute(pattern)
        var result = FcResultMatch
        guard let set = FcFontSort(configuration, pattern, FcBool(1), nil, &result) else {
            throw FontEngine.noFont(font)
        }
        fallbacks[family] = set
        return set
    }

    private func covers(_ pattern: OpaquePointer, _ scalar: Unicode.Scalar) -> Bool {
        var characters: OpaquePointer?
        guard FcPatternGetCharSet(pattern, FC_CHARSET, 0, &characters) == FcResultMatch else { return false }
        return FcCharSetHasChar(characters, scalar.value) != 0
    }

    /// The opened face of a pattern; nil when the file cannot be used, so that the next one is tried.
    private func face(of pattern: OpaquePointer) -> FT_Face? {
        var path: UnsafeMutablePointer<FcChar8>?
        var index: Int32 = 0
        guard FcPatternGetString(pattern, FC_FILE, 0, &path) == FcResultMatch, let path else { return nil }
        _ = FcPatternGetInteger(pattern, FC_INDEX, 0, &index)
        let file = File(path: String(cString: path), index: index)
        if let known = faces[file] { return known }
        if library == nil { FT_Init_FreeType(&library) }
        var face: FT_Face?
        if FT_New_Face(library, file.path, FT_Long(index), &face) != 0 { face = nil }
        faces[file] = .some(face)
        return face
    }

    private func copy(_ slot: FT_GlyphSlotRec_, penX: Int) -> TextMask.Glyph {
        let bitmap = slot.bitmap
        let (width, height) = (Int(bitmap.width), Int(bitmap.rows))
        guard Int(bitmap.pixel_mode) == Int(FT_PIXEL_MODE_GRAY.rawValue), let buffer = bitmap.buffer else {
            return TextMask.Glyph(left: penX, top: 0, width: 0, height: 0, coverage: [])
        }
        var coverage: [UInt8] = []
        for y in 0..<height {
            coverage += UnsafeBufferPointer(start: buffer + y * Int(bitmap.pitch), count: width)
        }
        return TextMask.Glyph(
            left: penX + Int(slot.bitmap_left), top: Int(slot.bitmap_top), width: width, height: height,
            coverage: coverage)
    }

    /// 26.6 fixed point, rounded.
    private func pixels(_ position: FT_Pos) -> Int { (Int(position) + 32) >> 6 }

    private static func noFont(_ font: Font) -> FontError {
        FontError(
            description: "no font was found for \"\(font.family)\" or in its place; install one, for example "
                + "`apt install fonts-dejavu-core`, or draw without text")
    }
}

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
