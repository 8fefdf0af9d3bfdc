import Foundation
import Gradus

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

/// Writes a file so that the target is the old one or the whole new one.
func writeFileAtomically(_ bytes: [UInt8], to path: String) throws(ImageError) {
    do {
        try AtomicFile.write(bytes, to: path)
    } catch {
        throw ImageError(.cannotWrite, file: path, error.reason)
    }
}

private func systemError() -> String { String(cString: strerror(errno)) }
