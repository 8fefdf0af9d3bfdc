import Foundation
import Gradus
import GradusData

/// The text of a file, plain or compressed with gzip: UTF-8 without its byte-order mark, and with each line end, CR LF and
/// CR too, as one LF.
///
/// - Parameter namesLine: whether errors say in which line, rather than only after how many bytes.
/// - Throws: `FileError` when it cannot be read or is no UTF-8, with what it looks like instead.
func decodedText(of path: String, namesLine: Bool = false) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else {
        throw FileError(path: path, problem: "is not there", advice: "Name a text file.")
    }
    let bytes: [UInt8]
    do {
        bytes = try CompressedFile.bytes(of: path)
    } catch let error as FileError {
        throw FileError(
            path: error.path, problem: error.problem, advice: "Name a text file that is whole and that you may read.")
    }
    return try decodedText(bytes, path: path, namesLine: namesLine)
}

/// The text of bytes that came from `path`; see ``decodedText(of:namesLine:)``.
func decodedText(_ bytes: [UInt8], path: String, namesLine: Bool) throws -> String {
    if let format = ForeignFormat(bytes) {
        throw FileError(path: path, problem: "is \(format.name), not UTF-8 text", advice: format.advice)
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
        let position = body.startIndex + firstInvalidByte(of: body)
        let line = withLineFeeds(body[..<position]).split(separator: 10, omittingEmptySubsequences: false)
        let name = namesLine ? "byte \(line[line.count - 1].count + 1) of the line" : "byte \(position)"
        throw FileError(
            path: namesLine ? "\(path):\(line.count)" : path,
            problem: "is not UTF-8: \(name) (0x\(String(bytes[position], radix: 16))) belongs to no character",
            advice: adviceForInvalid(body, at: position))
    }
    return body.contains(13) ? String(decoding: withLineFeeds(body), as: UTF8.self) : text
}

/// The bytes with LF in the place of each CR LF and CR.
private func withLineFeeds(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var last: UInt8 = 0
    for byte in bytes {
        if byte != 10 || last != 13 { result.append(byte == 13 ? 10 : byte) }
        last = byte
    }
    return result
}

/// How many bytes come before the first that decoding has to replace.
private func firstInvalidByte(of bytes: ArraySlice<UInt8>) -> Int {
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var position = 0
    while case .scalarValue(let scalar) = decoder.decode(&rest) { position += UTF8.width(scalar) }
    return min(position, bytes.count - 1)
}

/// What to do about text that is not UTF-8 from `position` on, by what else is in it.
private func adviceForInvalid(_ bytes: ArraySlice<UInt8>, at position: Int) -> String {
    let controls = bytes.count { $0 < 32 && !(7...13).contains($0) && $0 != 27 || $0 == 127 }
    if controls * 50 > bytes.count { return "It looks like a file of another kind than text; name a text file." }
    if bytes[..<position].contains(where: { $0 >= 128 }) {
        return "What stands before it is UTF-8, so the file was damaged or cut there; get it again, or mend that line."
    }
    let high = bytes.count { $0 >= 128 }
    if high * 5 > bytes.count * 2 {
        return "Find out its encoding, and convert it with `iconv -f ENCODING -t UTF-8`."
    }
    let isWindows = bytes.contains { (0x80...0x9F).contains($0) }
    return "Convert it first, as with `iconv -f \(isWindows ? "WINDOWS-1252" : "LATIN1") -t UTF-8`."
}
