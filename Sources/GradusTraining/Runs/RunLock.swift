import Foundation
import Gradus

/// Says that a run is writing to its folder, for as long as the program lives; the system takes it back however that ends.
public final class RunLock {
    private let descriptor: Int32
    private let path: String
    private static let name = "running.lock"

    /// Claims the folder.
    ///
    /// - Throws: `FileError` when another run is writing there.
    init(_ folder: String) throws {
        path = "\(folder)/\(Self.name)"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path: path, problem: "cannot be written") }
        var lock = Self.wholeFile(F_WRLCK)
        guard fcntl(descriptor, F_SETLK, &lock) == 0 else {
            close(descriptor)
            throw FileError(
                path: folder,
                problem: "another run is writing here; wait for it, or choose another folder with --out")
        }
    }

    deinit { close(descriptor) }

    /// Removes the file of the lock, while it is held.
    func remove() { unlink(path) }

    /// Whether a run of another process is writing to the folder; asking takes nothing from it.
    public static func isHeld(_ folder: String) -> Bool {
        let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var lock = wholeFile(F_WRLCK)
        return fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    private static func wholeFile(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
