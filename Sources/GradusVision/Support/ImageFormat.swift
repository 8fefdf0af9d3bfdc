/// The image formats that are read, recognized by their first bytes and never by a file's name.
enum ImageFormat: String, CaseIterable {
    case png = "PNG"
    case jpeg = "JPEG"
    case pnm = "PGM or PPM"

    /// The eight bytes at the beginning of a PNG file.
    static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Whether bytes begin as P2, P3, P5 or P6, followed by white space or a comment.
    private static func hasPNMMagic(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 3 && bytes[0] == UInt8(ascii: "P") && "2356".utf8.contains(bytes[1])
            && (" \t\n\u{B}\u{C}\r#".utf8.contains(bytes[2]))
    }

    /// The format that the bytes begin as, or nil.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: Self.pngSignature) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if Self.hasPNMMagic(bytes) {
            self = .pnm
        } else {
            return nil
        }
    }

    /// Throws unless the bytes begin as the wanted format, or as any known one for nil.
    static func require(_ wanted: ImageFormat?, _ bytes: [UInt8], file: String) throws(ImageError) {
        let names = wanted.map { "a \($0.rawValue)" } ?? "a PNG, JPEG, PGM or PPM"
        if bytes.isEmpty {
            throw ImageError(.truncated, file: file, "is empty, expected \(names) image; get the file again")
        }
        let found = ImageFormat(bytes)
        if let found, wanted == nil || found == wanted { return }
        if bytes.count < 12 && isBeginning(bytes, of: wanted) {
            throw ImageError(
                .truncated, file: file,
                "ends after \(bytes.count) bytes, inside the signature; it was probably cut off while copying, get it again"
            )
        }
        let name = found.map(\.rawValue) ?? foreignName(bytes)
        throw ImageError(
            .wrongFormat, file: file,
            "is not \(names) image, it \(name.map { "looks like a \($0) file" } ?? "begins with other bytes"); "
                + "convert it to \(wanted?.rawValue ?? "PNG") first")
    }

    private static func isBeginning(_ bytes: [UInt8], of wanted: ImageFormat?) -> Bool {
        let signatures: [(ImageFormat, [UInt8])] = [(.png, pngSignature), (.jpeg, [0xFF, 0xD8, 0xFF])]
        return signatures.contains { ($0.0 == wanted || wanted == nil) && $0.1.starts(with: bytes) }
    }

    private static func foreignName(_ bytes: [UInt8]) -> String? {
        let known: [(name: String, magic: [UInt8])] = [
            ("GIF", Array("GIF8".utf8)), ("BMP", Array("BM".utf8)), ("WebP or another RIFF", Array("RIFF".utf8)),
            ("TIFF", [0x49, 0x49, 0x2A, 0x00]), ("TIFF", [0x4D, 0x4D, 0x00, 0x2A]), ("gzip", [0x1F, 0x8B]),
            ("zip", [0x50, 0x4B, 0x03, 0x04]), ("PBM (black and white)", Array("P1".utf8)),
            ("PBM (black and white)", Array("P4".utf8)), ("SVG or another XML", Array("<".utf8)),
        ]
        if bytes.count >= 12 && bytes[4..<8].elementsEqual(Array("ftyp".utf8)) { return "HEIC, AVIF or MP4" }
        return known.first { bytes.starts(with: $0.magic) }?.name
    }
}
