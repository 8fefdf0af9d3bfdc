import CZlib
import Foundation
import Gradus

/// A file read sequentially, plain or compressed with gzip.
package final class CompressedFile {
    let path: String
    /// Whether a compressed file ended before its end mark; the bytes read until then are intact.
    private(set) var endsEarly = false
    private let handle: gzFile

    /// Opens the file at `path`.
    init(_ path: String) throws {
        let descriptor = try WholeFile.descriptor(of: path)
        guard let handle = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw FileError(.cannotRead, path: path, problem: "cannot be read: there is not enough memory")
        }
        gzbuffer(handle, 1 << 17)
        self.path = path
        self.handle = handle
    }

    deinit { gzclose(handle) }

    /// Up to `count` bytes, fewer only at the end of the file; memory is proportional to the bytes that exist, not to `count`.
    func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let wanted = min(count - bytes.count, 1 << 20)
            var part = [UInt8](repeating: 0, count: wanted)
            let got = Int(gzread(handle, &part, UInt32(wanted)))
            var code: Int32 = 0
            // zlib puts its name for the descriptor first.
            let message = String(cString: gzerror(handle, &code)).replacing(#/^<fd:\d+>: /#, with: "")
            if got < 0 || (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
                throw FileError.inDataSet(path: path, problem: "is damaged or cannot be read (\(message))")
            }
            endsEarly = endsEarly || code == Z_BUF_ERROR
            bytes += part[..<got]
            if got < wanted { break }
        }
        return bytes
    }

    /// All bytes of a file, plain or compressed with gzip.
    ///
    /// - Throws: ``FileError`` when it cannot be read or was cut short.
    package static func bytes(of path: String) throws -> [UInt8] {
        let file = try CompressedFile(path)
        let bytes = try file.read(.max)
        if file.endsEarly {
            throw FileError.inDataSet(
                path: path, problem: "ends after \(bytes.count) bytes without its end mark; it was cut short")
        }
        return bytes
    }
}

extension FileError {
    /// An error about a file of a data set, with the advice to get it again.
    static func inDataSet(path: String, problem: String) -> FileError {
        FileError(
            path: path, problem: problem,
            advice: "Get the file again, or name another folder.")
    }
}
