import Foundation
import Gradus
import GradusData

/// The text of a file, plain or compressed with gzip: UTF-8 without its byte-order mark, and with each line end, CR LF and
/// CR too, as one LF.
///
/// - Parameter namesLine: whether errors name the line, not only the byte.
/// - Throws: `FileError` when it cannot be read or is not UTF-8, with the format that it seems to have.
func decodedText(of path: String, namesLine: Bool = false) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else {
        throw FileError(path: path, problem: "is not there", advice: "Name a text file.")
    }
    let bytes: [UInt8]
    do {
        bytes = try CompressedFile.bytes(of: path)
    } catch let error as FileError {
        throw FileError(
            path: error.path, problem: error.problem, advice: "Name a text file that is whole and that you may read.")
    }
    return try decodedText(bytes, path: path, namesLine: namesLine)
}

/// The text of bytes that came from `path`; see ``decodedText(of:namesLine:)``.
func decodedText(_ bytes: [UInt8], path: String, namesLine: Bool) throws -> String {
    if let format = ForeignFormat(bytes) {
        throw FileError(path: path, problem: "is \(format.name), not UTF-8 text", advice: format.advice)
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
        let position = body.startIndex + firstInvalidByte(of: body)
        let line = withLineFeeds(body[..<position]).split(separator: 10, omittingEmptySubsequences: false)
        let name = namesLine ? "byte \(line[line.count - 1].count + 1) of the line" : "byte \(position)"
        throw FileError(
            path: namesLine ? "\(path):\(line.count)" : path,
            problem: "is not UTF-8: \(name) (0x\(String(bytes[position], radix: 16))) belongs to no character",
            advice: adviceForInvalid(body, at: position))
    }
    return body.contains(13) ? String(decoding: withLineFeeds(body), as: UTF8.self) : text
}

/// The bytes with each CR LF and CR replaced by LF.
private func withLineFeeds(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var last: UInt8 = 0
    for byte in bytes {
        if byte != 10 || last != 13 { result.append(byte == 13 ? 10 : byte) }
        last = byte
    }
    return result
}

/// The number of bytes before the first invalid one.
private func firstInvalidByte(of bytes: ArraySlice<UInt8>) -> Int {
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var position = 0
    while case .scalarValue(let scalar) = decoder.decode(&rest) { position += UTF8.width(scalar) }
    return min(position, bytes.count - 1)
}

/// What to do about text that is not UTF-8 from `position` on.
private func adviceForInvalid(_ bytes: ArraySlice<UInt8>, at position: Int) -> String {
    let controls = bytes.count { $0 < 32 && !(7...13).contains($0) && $0 != 27 || $0 == 127 }
    if controls * 50 > bytes.count { return "It looks like a file of another kind than text; name a text file." }
    if bytes[..<position].contains(where: { $0 >= 128 }) {
        return "The text before it is UTF-8, so the file was damaged or cut there; get it again, or correct that line."
    }
    let high = bytes.count { $0 >= 128 }
    if high * 5 > bytes.count * 2 {
        return "Find out its encoding, and convert it with `iconv -f ENCODING -t UTF-8`."
    }
    let isWindows = bytes.contains { (0x80...0x9F).contains($0) }
    return "Convert it first, as with `iconv -f \(isWindows ? "WINDOWS-1252" : "LATIN1") -t UTF-8`."
}

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
