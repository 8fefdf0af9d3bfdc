/// The one field of a camera's EXIF data that decides how a picture is seen.
///
/// Format: a TIFF header and a directory of 12-byte entries (CIPA DC-008, sections 4.5 and 4.6.4).
enum EXIF {
    /// The orientation, 1 to 8, that an APP1 segment holds; nil when it holds none, or is malformed.
    static func orientation(_ segment: [UInt8]) -> Int? {
        guard segment.starts(with: Array("Exif".utf8) + [0, 0]) else { return nil }
        let tiff = Array(segment.dropFirst(6))
        guard tiff.count >= 8 else { return nil }
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
            if tag == 0x0112 {
                return number(at: offset + 8, 2).flatMap { (1...8).contains($0) ? $0 : nil }
            }
        }
        return nil
    }
}

extension Image {
    /// The picture as it should be seen, from the one that a camera stored with an EXIF orientation of 1 to 8.
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
