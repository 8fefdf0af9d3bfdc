import Foundation
import Synchronization

/// A new file beside a target, locked for as long as it is open: a process that is killed loses the lock.
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
            // Some systems write no more than 2 GiB at once.
            let count = Foundation.write(descriptor, bytes.baseAddress! + written, min(bytes.count - written, 1 << 30))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError() }
            written += count
        }
    }
}

/// Temporary files whose process ended before they were put in place.
enum AbandonedFiles {
    /// When a large folder was last looked through.
    private static let lastLooks = Mutex<[String: ContinuousClock.Instant]>([:])
    private static let manyEntries = 500

    /// Removes those of a folder, which ends in a slash.
    ///
    /// A folder of many files is looked through once a second at most: writing n files there would otherwise take n² steps.
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

/// What the last call of the system failed with.
struct SystemError: Error, CustomStringConvertible {
    let description = systemError()
}

func systemError() -> String { String(cString: strerror(errno)) }
