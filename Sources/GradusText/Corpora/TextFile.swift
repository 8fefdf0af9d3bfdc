import Foundation
import Gradus
import GradusData

/// Text read from a file or a folder.
public struct TextFile: Sendable {
    /// The text.
    public let text: String
    /// The files that it came from, in order.
    public let paths: [String]

    /// Reads a UTF-8 file, plain or compressed with gzip, or every file of a folder and the folders in it.
    ///
    /// The files of a folder follow one another in the order of their paths, with a line end between two where the first
    /// does not end with one. Hidden files are left out, and so is a byte-order mark. CR LF and CR are read as LF.
    ///
    /// - Throws: `FileError` when a file cannot be read, is not UTF-8 (with the place of the first wrong byte, or the
    ///   encoding or format that it has instead), or when there is no text.
    public init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError(path: path, problem: "is not there", advice: "Name a text file or a folder of them.")
        }
        paths = isFolder.boolValue ? try Self.files(in: path) : [path]
        var text = ""
        for path in paths {
            let part = try decodedText(of: path)
            if !text.isEmpty && !part.isEmpty && text.last?.isNewline != true { text += "\n" }
            text += part
        }
        guard !text.isEmpty else {
            throw FileError(
                path: path, problem: isFolder.boolValue ? "holds no text" : "is empty",
                advice: "Name a file with text in it, some thousand characters at least.")
        }
        self.text = text
    }

    private static func files(in folder: String) throws -> [String] {
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath()
        guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
            throw FileError(path: folder, problem: "cannot be listed", advice: "May you read it?")
        }
        // Names are cut among bytes: a mark at a name's beginning would be one character with the slash before it.
        let length = root.path.utf8.count + (root.path == "/" ? 0 : 1)
        let names = walk.compactMap { ($0 as? URL)?.path }.map { String(Substring($0.utf8.dropFirst(length))) }
        return names.filter { name in
            var isFolder: ObjCBool = false
            let isHidden = name.pieces(between: "/").contains { $0.utf8.first == UInt8(ascii: ".") }
            return !isHidden
                && FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted { ByteString($0) < ByteString($1) }.map { "\(folder)/\($0)" }
    }
}

/// The lines of a text file.
public struct TextLines: Sendable {
    /// The file.
    public let path: String
    /// The lines, without their ends; a line end at the end of the file begins no further line.
    public let lines: [String]

    /// Reads a UTF-8 file, plain or compressed with gzip, in which lines end with LF, CR LF or CR. Other signs that Unicode
    /// has for line ends, as U+2028, stay in their lines.
    ///
    /// - Throws: `FileError` when it cannot be read, or is not UTF-8, with the line.
    public init(_ path: String) throws {
        self.path = path
        lines = Self.lines(of: try decodedText(of: path, namesLine: true))
    }

    /// The lines of bytes that came from elsewhere; `path` stands in errors.
    ///
    /// - Throws: `FileError` when they are not UTF-8, with the line.
    public init(_ bytes: [UInt8], from path: String) throws {
        self.path = path
        lines = Self.lines(of: try decodedText(bytes, path: path, namesLine: true))
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { String(Substring($0)) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
