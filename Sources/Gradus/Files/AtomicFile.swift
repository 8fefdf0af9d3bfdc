import Foundation

/// Files written so that no reader ever sees half of one: under a temporary name, and then renamed.
///
/// File and folder are on the disk when a call returns. The file has the permissions of an ordinary new one, or those of
/// the one that it replaces; where the target is a link, the file that it leads to is replaced. What a killed process left
/// behind in the folder is removed by the next write there, of any process.
public enum AtomicFile {
    /// Replaces the file at `url` by `data`.
    ///
    /// - Throws: ``FileError``; the old file, if there was one, is then untouched and nothing else is left behind.
    public static func write(_ data: Data, to url: URL) throws {
        try replace(url.path) { file in try data.withUnsafeBytes { try file.write($0) } }
    }

    /// Replaces the file at `url` by what `body` writes.
    ///
    /// - Throws: ``FileError``; the old file, if there was one, is then untouched and nothing else is left behind.
    public static func write(to url: URL, _ body: (FileHandle) throws -> Void) throws {
        try replace(url.path) { file in
            try body(FileHandle(fileDescriptor: file.descriptor, closeOnDealloc: false))
        }
    }

    /// Replaces the file at `path` by `bytes`.
    ///
    /// - Throws: ``FileError``; the old file, if there was one, is then untouched and nothing else is left behind.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try replace(path) { file in try bytes.withUnsafeBytes { try file.write($0) } }
    }

    private static func replace(_ path: String, _ body: (TemporaryFile) throws -> Void) throws(FileError) {
        func failure(_ reason: String) -> FileError {
            FileError(
                .cannotWrite, path: path,
                problem:
                    "cannot be written (\(reason)); check that the folder exists, is writable, and that the disk has room"
            )
        }
        guard !path.isEmpty else {
            throw FileError(.cannotWrite, path: "\"\"", problem: "names no file; expected a path")
        }
        let target = try followed(path)
        var old = stat()
        let isThere = stat(target, &old) == 0
        // Renaming would put a file in the place of a device or a pipe.
        if isThere && old.st_mode & S_IFMT != S_IFREG {
            let kind = old.st_mode & S_IFMT == S_IFDIR ? "a folder; name a file in it" : "no regular file"
            throw FileError(.cannotWrite, path: path, problem: "cannot be written: it is \(kind)")
        }
        let parts = target.utf8.lastIndex(of: UInt8(ascii: "/")).map {
            (target[...$0], target[target.utf8.index(after: $0)...])
        }
        let (folder, name) = (String(parts?.0 ?? "./"), String(parts?.1 ?? target[...]))
        guard !name.isEmpty else {
            throw FileError(.cannotWrite, path: path, problem: "names no file; expected a path that does not end in /")
        }
        AbandonedFiles.remove(in: folder)
        guard let file = TemporaryFile(in: folder, for: name) else { throw failure(systemError()) }
        defer { close(file.descriptor) }
        do {
            if isThere { file.takePermissions(of: old) }
            try body(file)
            guard fsync(file.descriptor) == 0, rename(file.path, target) == 0 else { throw SystemError() }
        } catch {
            unlink(file.path)
            if let error = error as? FileError { throw error }
            throw failure(words(error))
        }
        // The file is in its place; that the folder cannot be synchronized, as on some network file systems, is no failure.
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
    }

    /// The path behind symbolic links, which stay what they are.
    private static func followed(_ path: String) throws(FileError) -> String {
        var target = path
        for _ in 0..<40 {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = bytes.withUnsafeMutableBytes { buffer in
                readlink(target, buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count)
            }
            guard count >= 0 else { return target }
            let link = String(decoding: bytes[..<count], as: UTF8.self)
            let folder = target.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(target[...$0]) } ?? ""
            target = link.utf8.first == UInt8(ascii: "/") ? link : folder + link
        }
        throw FileError(.cannotWrite, path: path, problem: "cannot be written: it is a link that leads to itself")
    }

    /// What the system says about an error, Foundation's wrapping taken off.
    private static func words(_ error: any Error) -> String {
        if let error = error as? SystemError { return error.description }
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        if underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))) }
        return error.localizedDescription
    }
}
