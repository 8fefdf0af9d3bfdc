import Foundation

/// An error about something from outside, as a file or a data set: its program ends with exit code 3.
public protocol InputError: Error {}

/// A file that cannot be read or written, is damaged, or is not what it should be.
public struct FileError: InputError, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable {
        /// The file is missing, not readable, or not a regular file.
        case cannotRead
        /// The file cannot be written; the target is unchanged, and nothing else is left.
        case cannotWrite
        /// The file is of another format than expected.
        case wrongFormat
        /// The file ends before its contents do.
        case truncated
        /// The contents are malformed, or not what they should be.
        case damaged
        /// The contents are larger than the caller's limit.
        case tooLarge
        /// The contents are too small for the caller.
        case tooSmall
    }

    /// The kind of failure.
    public let kind: Kind
    /// The file, or the name that the caller gave to bytes in memory.
    public let path: String
    /// The byte at which the problem was found, counted from the start of the file, or of the part that ``problem`` names.
    public let offset: Int?
    /// What was found and what was expected.
    public let problem: String
    /// What to do about it; empty when the problem says it.
    public let advice: String

    /// An error about the given file.
    public init(
        _ kind: Kind = .damaged, path: String, offset: Int? = nil, problem: String, advice: String = ""
    ) {
        (self.kind, self.path, self.offset, self.problem, self.advice) = (kind, path, offset, problem, advice)
    }

    /// File, offset, problem and advice.
    public var description: String {
        let name = path.isEmpty ? "\"\"" : path
        let text = "\(name): \(offset.map { "at byte \($0) " } ?? "")\(problem)"
        guard !advice.isEmpty else { return text }
        let end = problem.utf8.last.map { ".?!".utf8.contains($0) } == true ? "" : "."
        return "\(text)\(end) \(advice)"
    }
}

/// The contents of files that are read whole.
package enum WholeFile {
    /// A descriptor of a regular file, open for reading; the caller closes it.
    ///
    /// Folders, pipes and devices are refused before they are opened: some would block, some never end.
    ///
    /// - Throws: ``FileError`` when there is no such file, or it cannot be opened.
    package static func descriptor(of path: String) throws(FileError) -> Int32 {
        func failure(_ problem: String) -> FileError { FileError(.cannotRead, path: path, problem: problem) }

        var status = stat()
        guard stat(path, &status) == 0 else {
            throw failure("cannot be opened (\(systemError())); check the path and its permissions")
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw failure("is a directory, expected a file; name a file in it") }
        if status.st_mode & S_IFMT != S_IFREG {
            throw failure("is not a regular file; copy its contents into one first")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw failure("cannot be opened (\(systemError())); check the path and its permissions")
        }
        return descriptor
    }

    /// The bytes of a regular file.
    ///
    /// - Throws: ``FileError`` when there is no such file, or it cannot be read.
    package static func bytes(of path: String) throws(FileError) -> [UInt8] {
        let descriptor = try descriptor(of: path)
        defer { close(descriptor) }

        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw FileError(
                    .cannotRead, path: path, offset: bytes.count, problem: "cannot be read (\(systemError()))")
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// The contents of a file, mapped into memory where the file system allows it.
    ///
    /// - Throws: ``FileError`` when it cannot be read.
    package static func mapped(_ path: String) throws(FileError) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw FileError(.cannotRead, path: path, problem: "cannot be read; does the file exist?")
        }
    }
}

/// Shapes from untrusted input: a file's header, or a received message.
package enum ClaimedShape {
    /// The largest number of axes; PyTorch and NumPy also stop at 64.
    package static let largestRank = 64
    /// The largest number of elements that an empty tensor may have if its empty axes had length 1. A file's size does not bound
    /// the other axes of such a tensor, and a sum along the empty one has that many elements.
    package static let largestEmptyExtent = 1 << 28

    /// The number of elements of a tensor of that shape; nil when the shape is invalid: too many axes, a negative length, or a
    /// product that overflows, even if another length is 0.
    package static func count(_ shape: [Int]) -> Int? {
        guard shape.count <= largestRank else { return nil }
        var extent = 1
        for length in shape {
            let (product, overflow) = extent.multipliedReportingOverflow(by: max(1, length))
            guard length >= 0, !overflow else { return nil }
            extent = product
        }
        // Byte counts must not overflow either, with the largest element type.
        if shape.contains(0) { return extent <= largestEmptyExtent ? 0 : nil }
        return extent <= Int.max / 16 ? extent : nil
    }
}
