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
    /// The files of a folder are concatenated in the order of their paths, with a line end between two where the first lacks
    /// one. Hidden files and byte-order marks are left out. CR LF and CR are read as LF.
    ///
    /// - Throws: `FileError` when a file cannot be read, is not UTF-8 (with the position of the first invalid byte, or the
    ///   format that it seems to have), or when there is no text.
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
        // Split by bytes: a combining mark at the start of a name would form one character with the slash.
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
    let path: String
    /// The lines, without their ends; a line end at the end of the file starts no further line.
    public let lines: [String]

    /// Reads a UTF-8 file, plain or compressed with gzip, whose lines end with LF, CR LF or CR. Unicode's other line
    /// separators, as U+2028, do not end a line.
    ///
    /// - Throws: `FileError` when it cannot be read, or is not UTF-8, with the line.
    public init(_ path: String) throws {
        self.path = path
        lines = Self.lines(of: try decodedText(of: path, namesLine: true))
    }

    /// The lines of bytes in memory; errors name `path`.
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
