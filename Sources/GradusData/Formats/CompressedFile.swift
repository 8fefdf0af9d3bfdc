import CZlib

/// A file read from front to back, plain or compressed with gzip.
final class CompressedFile {
    let path: String
    /// Whether a compressed file was found to end before its end mark; what was read until then is whole.
    private(set) var endsEarly = false
    private let handle: gzFile

    /// Opens the file at `path`.
    init(_ path: String) throws {
        // A folder can be opened like a file, and fails only when it is read.
        guard let handle = gzopen(path, "rb") else {
            throw DataFileError(path: path, problem: "cannot be opened for reading")
        }
        gzbuffer(handle, 1 << 17)
        self.path = path
        self.handle = handle
    }

    deinit { gzclose(handle) }

    /// Up to `count` bytes, fewer only at the end of the file; memory grows with what is there, not with `count`.
    func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let wanted = min(count - bytes.count, 1 << 20)
            var part = [UInt8](repeating: 0, count: wanted)
            let got = Int(gzread(handle, &part, UInt32(wanted)))
            var code: Int32 = 0
            // zlib puts the path in front, which our message begins with already.
            let message = String(cString: gzerror(handle, &code)).replacing("\(path): ", with: "")
            if got < 0 || (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
                throw DataFileError(path: path, problem: "is damaged or cannot be read (\(message))")
            }
            endsEarly = endsEarly || code == Z_BUF_ERROR
            bytes += part[..<got]
            if got < wanted { break }
        }
        return bytes
    }
}
