/// A file that is no UTF-8 text, as its first bytes show.
struct ForeignFormat {
    /// What it is, as "a PNG image".
    let name: String
    /// What to do about it.
    let advice: String

    /// - Returns: `nil` when the bytes may be text in UTF-8, or in a one-byte encoding.
    init?(_ bytes: [UInt8]) {
        let start = bytes.prefix(4096)
        if let found = Self.signatures.first(where: { $0.begins(start) }) {
            (name, advice) = (found.name, found.advice)
        } else if let encoding = Self.markedEncoding(start) ?? Self.wideEncoding(bytes) {
            (name, advice) = (encoding, "Convert it first: `iconv -f \(encoding) -t UTF-8 OLD > NEW`.")
        } else {
            return nil
        }
    }

    /// UTF-16 or UTF-32 by its byte-order mark, by which iconv finds the order too.
    private static func markedEncoding(_ start: ArraySlice<UInt8>) -> String? {
        if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
        return start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) ? "UTF-16" : nil
    }

    /// UTF-16 or UTF-32 without a mark, by where the zeros are.
    private static func wideEncoding(_ bytes: [UInt8]) -> String? {
        let start = bytes.prefix(4096)
        guard start.count >= 4, start.contains(0) else { return nil }
        var zeros = [0, 0, 0, 0]
        for (position, byte) in start.enumerated() where byte == 0 { zeros[position % 4] += 1 }
        let quarter = start.count / 4
        if zeros[3] >= quarter && zeros[2] >= quarter * 9 / 10 && zeros[0] == 0 { return "UTF-32LE" }
        if zeros[0] >= quarter && zeros[1] >= quarter * 9 / 10 && zeros[3] == 0 { return "UTF-32BE" }
        let units = zip(start, start.dropFirst()).enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        // Text has no U+0000; numbers of two bytes do.
        guard !units.contains(where: { $0 == (0, 0) }) else { return nil }
        func counts(_ isWanted: (UInt8) -> Bool) -> (little: Int, big: Int) {
            (units.count { $0.1 == 0 && isWanted($0.0) }, units.count { $0.0 == 0 && isWanted($0.1) })
        }
        func name(_ counts: (little: Int, big: Int)) -> String? {
            counts.little > 10 * counts.big ? "UTF-16LE" : counts.big > 10 * counts.little ? "UTF-16BE" : nil
        }
        let letters = counts { $0 >= 32 && $0 < 127 || (9...13).contains($0) }
        if max(letters.little, letters.big) * 5 > units.count * 2 { return name(letters) }
        // Text of other scripts has zeros at its blanks and line ends; then it is no UTF-8, or half of its bytes are what
        // would be control characters there.
        let (first, second) = (units.count { $0.0 < 32 }, units.count { $0.1 < 32 })
        guard max(first, second) * 2 > units.count || String(validating: bytes, as: UTF8.self) == nil else {
            return nil
        }
        return name(counts { $0 == 32 || (9...13).contains($0) })
    }

    private struct Signature {
        let name: String
        let bytes: [UInt8]
        let position: Int
        let advice: String

        init(_ name: String, _ bytes: [UInt8], at position: Int = 0, _ advice: String = "Name a text file.") {
            (self.name, self.bytes, self.position, self.advice) = (name, bytes, position, advice)
        }

        /// Whether the file is of this kind; letters that text may begin with as well count only where the rest is no text.
        func begins(_ start: ArraySlice<UInt8>) -> Bool {
            guard start.dropFirst(position).starts(with: bytes) else { return false }
            let mayBeText = bytes.allSatisfy { $0 >= 32 && $0 < 127 } && bytes.first != UInt8(ascii: "%")
            return !mayBeText || start.contains(0) || start.contains { $0 >= 0xF8 || $0 == 0xC0 || $0 == 0xC1 }
        }
    }

    private static let unpack = "Unpack it, and name the text in it."

    private static let signatures = [
        Signature("a PNG image", [0x89, 0x50, 0x4E, 0x47]),
        Signature("a JPEG image", [0xFF, 0xD8, 0xFF]),
        Signature("a GIF image", Array("GIF8".utf8)),
        Signature("a WebP image", Array("WEBP".utf8), at: 8),
        Signature("a TIFF image", [0x49, 0x49, 0x2A, 0]),
        Signature("a TIFF image", [0x4D, 0x4D, 0, 0x2A]),
        Signature("a PDF document", Array("%PDF-".utf8), "Save its text, as with `pdftotext FILE.pdf`, and name that."),
        // One layer of gzip is taken off before.
        Signature("compressed with gzip twice", [0x1F, 0x8B, 8], "Take one layer off with `gunzip`."),
        Signature(
            "a zip archive", [0x50, 0x4B, 3, 4], "Unpack it, and name the text in it (office documents are such too)."),
        Signature("an empty zip archive", [0x50, 0x4B, 5, 6]),
        Signature("compressed with bzip2", Array("BZh".utf8), "Unpack it with `bunzip2`."),
        Signature("compressed with xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "Unpack it with `unxz`."),
        Signature("compressed with zstd", [0x28, 0xB5, 0x2F, 0xFD], "Unpack it with `unzstd`."),
        Signature("a 7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], unpack),
        Signature("a RAR archive", [0x52, 0x61, 0x72, 0x21, 0x1A, 7], unpack),
        Signature("a tar archive", Array("ustar".utf8), at: 257, unpack),
        Signature(
            "an old office document", [0xD0, 0xCF, 0x11, 0xE0], "Save it as plain text in UTF-8, and name that."),
        Signature("a program", [0x7F, 0x45, 0x4C, 0x46]),
        Signature("an SQLite database", Array("SQLite format 3\0".utf8)),
        Signature("NumPy data", [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]),
    ]
}
