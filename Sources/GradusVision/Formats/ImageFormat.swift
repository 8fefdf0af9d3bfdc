import Foundation
import Gradus
import Synchronization

extension Image {
    /// Reads a PNG, JPEG, PGM or PPM file; its first bytes decide which, not its name.
    ///
    /// Gray stays one channel, everything else becomes red, green and blue with 8 bits each. Alpha is composited onto
    /// `background`; a camera's orientation is applied. See `init(png:)`, `init(jpeg:)` and `init(pnm:)`.
    ///
    /// - Parameter warning: is called with a defect of a file that can be read nevertheless. The default writes it to standard error,
    ///   once for each file.
    /// - Throws: `FileError` when the file is missing, a directory, of another format, cut off, damaged, or larger than
    ///   `sampleLimit` samples (decided before memory is asked for).
    public init(
        contentsOf path: String, background: Color = .white, sampleLimit: Int = Image.defaultSampleLimit,
        warning: (ImageWarning) -> Void = { $0.showOnce() }
    ) throws(FileError) {
        let bytes = try WholeFile.bytes(of: path)
        switch ImageFormat(bytes) {
        case .png: try self.init(png: bytes, named: path, background: background, sampleLimit: sampleLimit)
        case .jpeg: try self.init(jpeg: bytes, named: path, sampleLimit: sampleLimit, warning: warning)
        case .pnm: try self.init(pnm: bytes, named: path, sampleLimit: sampleLimit)
        case nil:
            try ImageFormat.require(nil, bytes, file: path)
            throw FileError(.wrongFormat, file: path, "is of no known format; convert it to PNG first")
        }
    }
}

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
    static func require(_ wanted: ImageFormat?, _ bytes: [UInt8], file: String) throws(FileError) {
        let names = wanted.map { "a \($0.rawValue)" } ?? "a PNG, JPEG, PGM or PPM"
        if bytes.isEmpty {
            throw FileError(.truncated, file: file, "is empty, expected \(names) image; get the file again")
        }
        let found = ImageFormat(bytes)
        if let found, wanted == nil || found == wanted { return }
        if bytes.count < 12 && isBeginning(bytes, of: wanted) {
            throw FileError(
                .truncated, file: file,
                "ends after \(bytes.count) bytes, inside the signature; it was probably cut off while copying, get it again"
            )
        }
        let name = found.map(\.rawValue) ?? foreignName(bytes)
        throw FileError(
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

extension FileError {
    /// An error about an image file, or about bytes with that name.
    init(_ kind: Kind, file: String, _ problem: String) { self.init(kind, path: file, problem: problem) }
}

/// A defect of an image file that can be read nevertheless.
public struct ImageWarning: Sendable, CustomStringConvertible {
    /// The file's path, or the name that the caller gave to bytes in memory.
    public let file: String
    /// The whole message.
    public let description: String

    private static let shown = Mutex<Set<String>>([])

    init(file: String, _ message: String) {
        (self.file, description) = (file, "\(file): \(message)")
    }

    /// Writes the warning to standard error, once for each file: training reads a file many times.
    public func showOnce() {
        guard Self.shown.withLock({ $0.insert(file).inserted }) else { return }
        FileHandle.standardError.write(Data("warning: \(description)\n".utf8))
    }
}
