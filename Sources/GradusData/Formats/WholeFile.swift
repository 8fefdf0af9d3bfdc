/// All bytes of a file, plain or compressed with gzip.
///
/// - Throws: ``DataFileError`` when it cannot be read or was cut short.
package func wholeFile(_ path: String) throws -> [UInt8] {
    let file = try CompressedFile(path)
    let bytes = try file.read(.max)
    if file.endsEarly {
        throw DataFileError(
            path: path, problem: "ends after \(bytes.count) bytes without its end mark; it was cut short")
    }
    return bytes
}
