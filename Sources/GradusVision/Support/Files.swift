import Foundation
import Synchronization

/// Numbers the temporary files of this process, so that two writers of one target never share one.
private let temporaryFileCount = Atomic<Int>(0)

/// Reads a whole regular file.
///
/// Directories, pipes and devices are refused before they are opened: some would block, some never end.
func readFile(_ path: String) throws(ImageError) -> [UInt8] {
    func failure(_ what: String) -> ImageError { ImageError(.cannotRead, file: path, what) }

    var status = stat()
    guard stat(path, &status) == 0 else {
        throw failure("cannot be opened (\(systemError())); check the path and its permissions")
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw failure("is a directory, expected an image file; name a file in it") }
    if status.st_mode & S_IFMT != S_IFREG { throw failure("is not a regular file; copy the image into one first") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        throw failure("cannot be opened (\(systemError())); check the path and its permissions")
    }
    defer { close(descriptor) }

    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { throw failure("cannot be read after byte \(bytes.count) (\(systemError()))") }
        if count == 0 { return bytes }
        bytes.append(contentsOf: chunk[..<count])
    }
}

/// Writes a file beside its target and renames it, so that the target is the old file or the whole new one.
func writeFileAtomically(_ bytes: [UInt8], to path: String) throws(ImageError) {
    let number = temporaryFileCount.add(1, ordering: .relaxed).newValue
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
    let folder = String(path.dropLast(name.count))
    // A name may have at most 255 bytes; the target's own may already be near that.
    let temporary = "\(folder).\(String(name.prefix(40))).\(getpid())-\(number).tmp"
    func failure(_ step: String) -> ImageError {
        ImageError(
            .cannotWrite, file: path,
            "\(step) (\(systemError())); check that the folder exists, is writable, and that the disk has room")
    }

    guard !name.isEmpty else {
        throw ImageError(.cannotWrite, file: path, "names no file; expected the path of the file to write")
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure("cannot be created") }
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
        if count < 0 && errno == EINTR { continue }
        if count <= 0 {
            let error = failure("could not be written after byte \(written)")
            close(descriptor)
            unlink(temporary)
            throw error
        }
        written += count
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
        let error = failure("could not be put in place")
        unlink(temporary)
        throw error
    }
}

private func systemError() -> String { String(cString: strerror(errno)) }
