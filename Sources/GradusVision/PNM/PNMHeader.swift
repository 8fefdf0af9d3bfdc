/// The beginning of a PGM or PPM file: a magic number, width, height and the largest value, in text.
///
/// Format: the manual pages pgm(5) and ppm(5) of Netpbm.
struct PNMHeader {
    let channels: Int
    let isText: Bool
    let width: Int
    let height: Int
    let largest: Int
    /// Where the samples begin.
    let end: Int

    /// Reads the header.
    ///
    /// - Throws: `ImageError` when it is cut off or malformed.
    init(_ bytes: [UInt8], file: String) throws(ImageError) {
        channels = bytes[1] == UInt8(ascii: "3") || bytes[1] == UInt8(ascii: "6") ? 3 : 1
        isText = bytes[1] < UInt8(ascii: "4")
        var scanner = PNMScanner(bytes: bytes, offset: 2)
        var numbers: [Int] = []
        for name in ["width", "height", "largest value"] {
            switch scanner.next() {
            case .number(let value): numbers.append(value)
            case .end:
                throw ImageError(
                    .truncated, file: file,
                    "ends after \(bytes.count) bytes, inside the header before its \(name); get the file again")
            case .other:
                throw ImageError(
                    .damaged, file: file,
                    "byte \(scanner.offset) should begin the \(name) in digits; get or export the file again")
            }
        }
        guard numbers[0] > 0 && numbers[1] > 0 && (1...65535).contains(numbers[2]) else {
            throw ImageError(
                .damaged, file: file,
                "the header claims \(numbers[0]) × \(numbers[1]) pixels of values up to \(numbers[2]), expected positive "
                    + "sides and values up to 1 to 65535; get or export the file again")
        }
        (width, height, largest) = (numbers[0], numbers[1], numbers[2])
        // One blank divides the header from binary samples.
        end = scanner.offset + 1
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}

/// Numbers in text, with blanks between them and comments from `#` to the line's end.
struct PNMScanner {
    let bytes: [UInt8]
    var offset: Int

    enum Token {
        case number(Int)
        case end
        case other
    }

    mutating func next() -> Token {
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "#") {
                while offset < bytes.count && bytes[offset] != 10 && bytes[offset] != 13 { offset += 1 }
            } else if PNMHeader.isSpace(bytes[offset]) {
                offset += 1
            } else {
                break
            }
        }
        guard offset < bytes.count else { return .end }
        let start = offset
        var value = 0
        while offset < bytes.count, (48...57).contains(bytes[offset]) {
            // No valid length or value has as many digits; more would overflow.
            if offset - start >= 9 { return .other }
            value = 10 * value + Int(bytes[offset]) - 48
            offset += 1
        }
        return offset == start ? .other : .number(value)
    }
}
