import Foundation

/// What went wrong with an image or drawing file; its `description` names the file and says what to do.
public struct ImageError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure a program may want to tell apart.
    public enum Kind: Sendable {
        /// The file is missing, not readable, or not a regular file.
        case cannotRead
        /// The bytes are no image, or one of another format than expected.
        case wrongFormat
        /// The file ends before the image does.
        case truncated
        /// The image is malformed.
        case damaged
        /// The image claims more pixels than the caller's limit.
        case tooLarge
        /// The image has too few pixels for the caller.
        case tooSmall
        /// The file could not be written; nothing was left behind.
        case cannotWrite
    }

    /// The kind of failure.
    public let kind: Kind
    /// The file's path, or the name that the caller gave to bytes in memory.
    public let file: String
    /// The whole message.
    public let description: String

    init(_ kind: Kind, file: String, _ message: String) {
        self.kind = kind
        self.file = file
        self.description = "\(file.isEmpty ? "\"\"" : file): \(message)"
    }
}

/// What is not as it should be with an image file that was read all the same.
public struct ImageWarning: Sendable, CustomStringConvertible {
    /// The file's path, or the name that the caller gave to bytes in memory.
    public let file: String
    /// The whole message.
    public let description: String

    private static let shown = Locked<Set<String>>([])

    init(file: String, _ message: String) {
        (self.file, description) = (file, "\(file): \(message)")
    }

    /// Writes a line to standard error, unless one about this file was written before: a training reads it many times.
    public func showOnce() {
        guard Self.shown.withLock({ $0.insert(file).inserted }) else { return }
        FileHandle.standardError.write(Data("warning: \(description)\n".utf8))
    }
}
