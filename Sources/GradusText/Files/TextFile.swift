import Foundation
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
    /// does not end with one. Hidden files are left out, and so is a byte-order mark.
    ///
    /// - Throws: `DataFileError` when a file cannot be read, is not UTF-8 (with the place of the first wrong byte), or when
    ///   there is no text.
    public init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DataFileError(path: path, problem: "is not there", advice: "Name a text file or a folder of them.")
        }
        paths = isFolder.boolValue ? try Self.files(in: path) : [path]
        var text = ""
        for path in paths {
            let part = try Self.contents(of: path)
            if !text.isEmpty && !part.isEmpty && text.last?.isNewline != true { text += "\n" }
            text += part
        }
        guard !text.isEmpty else {
            throw DataFileError(
                path: path, problem: isFolder.boolValue ? "holds no text" : "is empty",
                advice: "Name a file with text in it, some thousand characters at least.")
        }
        self.text = text
    }

    private static func files(in folder: String) throws -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else {
            throw DataFileError(path: folder, problem: "cannot be listed", advice: "May you read it?")
        }
        let all = walk.compactMap { $0 as? String }.map { "\(folder)/\($0)" }
        return all.filter { path in
            var isFolder: ObjCBool = false
            let isHidden = path.dropFirst(folder.count).split(separator: "/").contains { $0.hasPrefix(".") }
            return !isHidden && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    private static func contents(of path: String) throws -> String {
        let bytes = try wholeFile(path)
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            let place = body.startIndex + firstInvalidByte(of: body)
            throw DataFileError(
                path: path,
                problem: "is not UTF-8: byte \(place) (0x\(String(bytes[place], radix: 16))) belongs to no character",
                advice: "Convert it first, as with `iconv -f LATIN1 -t UTF-8`.")
        }
        return text
    }
}
