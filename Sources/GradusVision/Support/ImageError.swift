import Foundation
import Gradus
import Synchronization

/// A failure to read or write an image file; its `description` names the file and says what to do.
public struct ImageError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure.
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
    /// The file, or the name that the caller gave to bytes in memory, and what is wrong with it.
    public let file: FileError

    init(_ kind: Kind, _ file: FileError) { (self.kind, self.file) = (kind, file) }

    init(_ kind: Kind, file: String, _ problem: String) { self.init(kind, FileError(path: file, problem: problem)) }

    /// The whole message.
    public var description: String { file.description }
}

extension ImageError {
    /// Writes the bytes of an image file so that the target is the old one or the whole new one.
    static func write(_ bytes: [UInt8], to path: String) throws(ImageError) {
        do { try AtomicFile.write(bytes, to: path) } catch { throw ImageError(.cannotWrite, error) }
    }
}

/// A defect of an image file that could be read nevertheless.
public struct ImageWarning: Sendable, CustomStringConvertible {
    /// The file's path, or the name that the caller gave to bytes in memory.
    public let file: String
    /// The whole message.
    public let description: String

    private static let shown = Mutex<Set<String>>([])

    init(file: String, _ message: String) {
        (self.file, description) = (file, "\(file): \(message)")
    }

    /// Writes a line to standard error, unless one about this file was written before: a training reads it many times.
    public func showOnce() {
        guard Self.shown.withLock({ $0.insert(file).inserted }) else { return }
        FileHandle.standardError.write(Data("warning: \(description)\n".utf8))
    }
}
