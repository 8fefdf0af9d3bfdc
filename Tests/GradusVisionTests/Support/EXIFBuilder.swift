/// Writes a camera's data with a directory of two entries, the second of which is the orientation.
struct EXIFBuilder {
    var orientation: Int
    /// 3 is SHORT, as the standard wants it.
    var type = 3
    var bigEndian = false
    var count = 1

    /// BYTE, SHORT, LONG, and the signed ones.
    static let integerTypes = [1, 3, 4, 6, 8, 9]

    /// From the byte order on, as a PNG's eXIf chunk holds it.
    var tiff: [UInt8] {
        let size = [1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 11: 4][type]!
        let make = number(0x010F, 2) + number(2, 2) + number(4, 4) + Array("abc\0".utf8)
        let values = number(orientation, size) + (1..<max(1, count)).flatMap { _ in number(1, size) }
        let isOutside = values.count > 4
        let place = isOutside ? number(8 + 2 + 24 + 4, 4) : values + [UInt8](repeating: 0, count: 4 - values.count)
        let turn = number(0x0112, 2) + number(type, 2) + number(count, 4) + place
        return Array((bigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(2, 2) + make + turn
            + number(0, 4)
            + (isOutside ? values : [])
    }

    /// An APP1 segment of a JPEG.
    var segment: [UInt8] {
        let body = Array("Exif\0\0".utf8) + tiff
        return [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body
    }

    private func number(_ value: Int, _ count: Int) -> [UInt8] {
        let high = (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return bigEndian ? high : high.reversed()
    }
}
