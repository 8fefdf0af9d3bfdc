import Gradus
import GradusData

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
