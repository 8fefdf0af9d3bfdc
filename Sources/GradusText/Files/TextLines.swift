import GradusData

/// The lines of a text file.
public struct TextLines: Sendable {
    /// The file.
    public let path: String
    /// The lines, without their ends; a line end at the end of the file begins no further line.
    public let lines: [String]

    /// Reads a UTF-8 file, plain or compressed with gzip, in which lines end with LF or CR LF.
    ///
    /// - Throws: `DataFileError` when it cannot be read, or with the line that is not UTF-8.
    public init(_ path: String) throws {
        self.path = path
        let bytes = try wholeFile(path)
        var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        var lines: [String] = []
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 10) ?? rest.endIndex
            var line = rest[..<end]
            if line.last == 13 { line.removeLast() }
            guard let text = String(validating: line, as: UTF8.self) else {
                let place = firstInvalidByte(of: line)
                throw DataFileError(
                    path: "\(path):\(lines.count + 1)",
                    problem:
                        "is not UTF-8: byte \(place + 1) of the line (0x\(String(line[line.startIndex + place], radix: 16))) belongs to no character",
                    advice: "Convert the file first, as with `iconv -f LATIN1 -t UTF-8`.")
            }
            lines.append(text)
            rest = rest[min(end + 1, rest.endIndex)...]
        }
        self.lines = lines
    }
}

/// How many bytes come before the first that decoding has to replace.
func firstInvalidByte(of bytes: ArraySlice<UInt8>) -> Int {
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var place = 0
    while case .scalarValue(let scalar) = decoder.decode(&rest) { place += UTF8.width(scalar) }
    return min(place, bytes.count - 1)
}
