import Foundation

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
