import Foundation

/// A file that could not be read or written.
public struct FileError: Error, CustomStringConvertible {
    /// Where the file is, or should be.
    public let path: String
    /// What is wrong, and what to do.
    public let reason: String

    /// An error about the given file.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// The file and what is wrong with it.
    public var description: String { "\(path): \(reason)" }
}

/// Files written so that nobody ever sees half of one: beside their place, and then renamed.
public enum AtomicFile {
    /// Replaces the file at `url` by `data`.
    ///
    /// - Throws: ``FileError``; the old file, if there was one, is then untouched and nothing else is left behind.
    public static func write(_ data: Data, to url: URL) throws {
        try write(to: url) { try $0.write(contentsOf: data) }
    }

    /// Replaces the file at `url` by what `body` writes.
    ///
    /// - Throws: ``FileError``; the old file, if there was one, is then untouched and nothing else is left behind.
    public static func write(to url: URL, _ body: (FileHandle) throws -> Void) throws {
        let name = ".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).tmp"
        let temporary = url.deletingLastPathComponent().appendingPathComponent(name)
        guard FileManager.default.createFile(atPath: temporary.path, contents: nil) else {
            throw FileError(
                path: url.path, reason: "cannot be written; does its folder exist, and may you write there?")
        }
        do {
            let handle = try FileHandle(forWritingTo: temporary)
            try body(handle)
            try handle.synchronize()
            try handle.close()
            guard rename(temporary.path, url.path) == 0 else {
                throw FileError(path: url.path, reason: "cannot be replaced: \(String(cString: strerror(errno)))")
            }
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            if let error = error as? FileError { throw error }
            throw FileError(path: url.path, reason: "cannot be written: \(error.localizedDescription)")
        }
    }
}
