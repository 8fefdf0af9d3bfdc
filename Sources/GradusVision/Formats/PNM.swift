import Gradus

extension Image {
    /// Decodes the bytes of a PGM (gray) or PPM (color) file in text or binary form; errors call the file `name`.
    ///
    /// Values from 0 to the largest that the header names, 65535 at most, become 0 to 255, rounded. Of several images in a
    /// file the first is read.
    ///
    /// - Throws: `FileError` when the bytes are not such a file, cut off, damaged, or larger than `sampleLimit` samples.
    public init(
        pnm bytes: [UInt8], named name: String = "PNM bytes", sampleLimit: Int = Image.defaultSampleLimit
    ) throws(FileError) {
        try ImageFormat.require(.pnm, bytes, file: name)
        let header = try PNMHeader(bytes, file: name)
        let (width, height, channels) = (header.width, header.height, header.channels)
        // Sides have nine digits at most, so the product fits.
        if width * height > max(0, sampleLimit) / channels {
            throw FileError(
                .tooLarge, file: name,
                "has \(width) × \(height) × \(channels) samples, more than the limit of \(sampleLimit); "
                    + "make it smaller, or let the program read it with a larger sampleLimit")
        }
        let samples = PNMSamples(bytes: bytes, header: header, file: name)
        self.init(
            unchecked: header.isText ? try samples.text() : try samples.binary(), width, height, channels)
    }
}

/// The samples after a header.
private struct PNMSamples {
    let bytes: [UInt8]
    let header: PNMHeader
    let file: String

    private var count: Int { header.width * header.height * header.channels }

    func binary() throws(FileError) -> [UInt8] {
        let size = header.largest > 255 ? 2 : 1
        guard bytes.count - header.end >= count * size else { throw truncated(max(0, bytes.count - header.end) / size) }
        var samples: [UInt8] = []
        samples.reserveCapacity(count)
        for index in 0..<count {
            let offset = header.end + index * size
            let value = size == 1 ? Int(bytes[offset]) : Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            samples.append(try scaled(value, at: offset))
        }
        return samples
    }

    func text() throws(FileError) -> [UInt8] {
        var scanner = PNMScanner(bytes: bytes, offset: header.end - 1)
        var samples: [UInt8] = []
        while samples.count < count {
            switch scanner.next() {
            case .number(let value): samples.append(try scaled(value, at: scanner.offset))
            case .end: throw truncated(samples.count)
            case .other: throw damaged("byte \(scanner.offset) should be a digit")
            }
        }
        return samples
    }

    private func scaled(_ value: Int, at offset: Int) throws(FileError) -> UInt8 {
        guard value <= header.largest else {
            throw damaged("the sample at byte \(offset) is \(value), above the largest of \(header.largest)")
        }
        return UInt8((255 * value + header.largest / 2) / header.largest)
    }

    private func truncated(_ found: Int) -> FileError {
        FileError(
            .truncated, file: file,
            "the header promises \(header.width) × \(header.height) × \(header.channels) samples, the file ends after "
                + "\(found); it was probably cut off while copying, get it again")
    }

    private func damaged(_ what: String) -> FileError {
        FileError(.damaged, file: file, "\(what); get or export the file again")
    }
}

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
    /// - Throws: `FileError` when it is cut off or malformed.
    init(_ bytes: [UInt8], file: String) throws(FileError) {
        channels = bytes[1] == UInt8(ascii: "3") || bytes[1] == UInt8(ascii: "6") ? 3 : 1
        isText = bytes[1] < UInt8(ascii: "4")
        var scanner = PNMScanner(bytes: bytes, offset: 2)
        var numbers: [Int] = []
        for name in ["width", "height", "largest value"] {
            switch scanner.next() {
            case .number(let value): numbers.append(value)
            case .end:
                throw FileError(
                    .truncated, file: file,
                    "ends after \(bytes.count) bytes, inside the header before its \(name); get the file again")
            case .other:
                throw FileError(
                    .damaged, file: file,
                    "byte \(scanner.offset) should begin the \(name) in digits; get or export the file again")
            }
        }
        guard numbers[0] > 0 && numbers[1] > 0 && (1...65535).contains(numbers[2]) else {
            throw FileError(
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
