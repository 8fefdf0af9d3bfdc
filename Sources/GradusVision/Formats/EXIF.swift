/// The orientation in a camera's EXIF data.
///
/// Format: a TIFF header and a directory of 12-byte entries (CIPA DC-008, sections 4.5 and 4.6.4).
enum EXIF {
    /// The identifier at the start of a JPEG segment with EXIF data.
    private static let mark: [UInt8] = Array("Exif".utf8) + [0, 0]

    /// The orientation, 1 to 8, in an APP1 segment of a JPEG; nil when there is none, or it is malformed.
    static func orientation(segment: [UInt8]) -> Int? {
        segment.starts(with: mark) ? orientation(tiff: Array(segment.dropFirst(mark.count))) : nil
    }

    /// The orientation, 1 to 8, in an eXIf chunk of a PNG; some programs write a JPEG segment's identifier there, too.
    static func orientation(chunk: [UInt8]) -> Int? { orientation(segment: chunk) ?? orientation(tiff: chunk) }

    private static func orientation(tiff: [UInt8]) -> Int? {
        guard tiff.count >= 8, tiff[0] == tiff[1], "IM".utf8.contains(tiff[0]) else { return nil }
        let isLittleEndian = tiff[0] == UInt8(ascii: "I")
        func number(at offset: Int, _ length: Int) -> Int? {
            guard offset >= 0 && offset + length <= tiff.count else { return nil }
            let bytes = tiff[offset..<(offset + length)]
            return (isLittleEndian ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(at: 2, 2) == 42, let directory = number(at: 4, 4), let count = number(at: directory, 2) else {
            return nil
        }
        for entry in 0..<count {
            let offset = directory + 2 + 12 * entry
            guard let tag = number(at: offset, 2) else { return nil }
            if tag != 0x0112 { continue }
            // BYTE, SHORT, LONG and the signed ones; a negative orientation is invalid, so the sign does not matter.
            guard let type = number(at: offset + 2, 2), let size = [1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4][type],
                let count = number(at: offset + 4, 4), count > 0
            else { return nil }
            // A value that does not fit into the entry's last four bytes is stored at the offset that they hold.
            let valueOffset = count * size <= 4 ? offset + 8 : number(at: offset + 8, 4)
            return valueOffset.flatMap { number(at: $0, size) }.flatMap { (1...8).contains($0) ? $0 : nil }
        }
        return nil
    }
}

extension Image {
    /// The upright image, from one with an EXIF orientation of 1 to 8.
    func upright(_ orientation: Int) -> Image {
        switch orientation {
        case 2: flippedHorizontally()
        case 3: flippedHorizontally().flippedVertically()
        case 4: flippedVertically()
        case 5: transposed()
        case 6: transposed().flippedHorizontally()
        case 7: transposed().flippedHorizontally().flippedVertically()
        case 8: transposed().flippedVertically()
        default: self
        }
    }
}
