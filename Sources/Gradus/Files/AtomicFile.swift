import Foundation
import Synchronization

/// Atomic file writes: a file is written under a temporary name and then renamed, so that no reader sees a part of it.
///
/// When a call returns, file and folder are synchronized to disk. A new file has the default permissions, a replaced one
/// keeps its own; where the target is a symbolic link, the file it refers to is replaced. The next write to a folder, by any
/// process, removes temporary files of killed processes.
package enum AtomicFile {
    /// Replaces the file at `url` by `data`.
    ///
    /// - Throws: ``FileError``; an old file is then unchanged, and no temporary file remains.
    package static func write(_ data: Data, to url: URL) throws {
        try replace(url.path) { file in try data.withUnsafeBytes { try file.write($0) } }
    }

    /// Replaces the file at `url` by what `body` writes.
    ///
    /// - Throws: ``FileError``; an old file is then unchanged, and no temporary file remains.
    package static func write(to url: URL, _ body: (FileHandle) throws -> Void) throws {
        try replace(url.path) { file in
            try body(FileHandle(fileDescriptor: file.descriptor, closeOnDealloc: false))
        }
    }

    /// Replaces the file at `path` by `bytes`.
    ///
    /// - Throws: ``FileError``; an old file is then unchanged, and no temporary file remains.
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
        // Renaming would replace a device or a pipe by a file.
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
        // The file is complete; a folder that cannot be synchronized, as on some network file systems, is no failure.
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
    }

    /// The path with symbolic links resolved.
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
        throw FileError(.cannotWrite, path: path, problem: "cannot be written: it is a symbolic link to itself")
    }

    /// The system's message for an error, without Foundation's wrapping.
    private static func words(_ error: any Error) -> String {
        if let error = error as? SystemError { return error.description }
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        if underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))) }
        return error.localizedDescription
    }
}

/// A new file next to a target, locked for as long as it is open: a process that is killed loses the lock.
///
/// The lock tells abandoned files apart where a process number could not: numbers are used again, and mean nothing between
/// containers that share a folder.
struct TemporaryFile {
    let path: String
    let descriptor: Int32

    /// What the names of all temporary files end in; no other program's files do.
    static let ending = ".gradus-tmp"

    /// A file in `folder`, which ends in a slash; nil, with `errno`, when it cannot be made.
    init?(in folder: String, for name: String) {
        // A name has at most 255 bytes, which the target's own may have already.
        let label = String(decoding: name.utf8.prefix(80), as: UTF8.self)
        while true {
            let number = String(UInt64.random(in: 0 ... .max), radix: 36)
            let path = "\(folder).\(label).\(getpid())-\(number)\(Self.ending)"
            let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else {
                if errno == EEXIST || errno == EINTR { continue }
                return nil
            }
            // Where there are no locks, nothing is ever found abandoned either.
            while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
            var status = stat()
            if fstat(descriptor, &status) == 0 && status.st_nlink > 0 {
                (self.path, self.descriptor) = (path, descriptor)
                return
            }
            // It was taken for an abandoned one between the two calls.
            close(descriptor)
        }
    }

    /// Owner and permissions of a file that is to be replaced, as far as the system allows.
    func takePermissions(of old: stat) {
        var new = stat()
        guard fstat(descriptor, &new) == 0 else { return }
        if new.st_uid != old.st_uid || new.st_gid != old.st_gid { _ = fchown(descriptor, old.st_uid, old.st_gid) }
        fchmod(descriptor, old.st_mode & 0o7777)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            // Some systems write at most 2 GiB per call.
            let count = Foundation.write(descriptor, bytes.baseAddress! + written, min(bytes.count - written, 1 << 30))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError() }
            written += count
        }
    }
}

/// Temporary files of processes that ended before renaming them.
enum AbandonedFiles {
    /// When a large folder was last searched.
    private static let lastLooks = Mutex<[String: ContinuousClock.Instant]>([:])
    private static let manyEntries = 500

    /// Removes the abandoned files of a folder, whose path ends in a slash.
    ///
    /// A folder of many files is searched at most once per second: writing n files there would otherwise take n² steps.
    static func remove(in folder: String) {
        let now = ContinuousClock.now
        if lastLooks.withLock({ $0[folder].map { now - $0 < .seconds(1) } ?? false }) { return }
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        var entries = 0
        while let entry = readdir(directory) {
            entries += 1
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.utf8.first == UInt8(ascii: "."), name.hasSuffix(TemporaryFile.ending) {
                removeIfAbandoned(folder + name)
            }
        }
        lastLooks.withLock { looks in
            if looks.count > 100 { looks = [:] }
            looks[folder] = entries > manyEntries ? now : nil
        }
    }

    private static func removeIfAbandoned(_ path: String) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
    }
}

/// The error of the last system call.
struct SystemError: Error, CustomStringConvertible {
    let description = systemError()
}

func systemError() -> String { String(cString: strerror(errno)) }
