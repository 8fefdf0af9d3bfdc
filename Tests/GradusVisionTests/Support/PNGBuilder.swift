/// Writes a PNG of any color type, depth and interlace by hand, with stored (uncompressed) deflate blocks.
///
/// Independent of libpng, so that reading is not checked against libpng's own idea of writing.
struct PNGBuilder {
    var width: Int
    var height: Int
    /// 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA.
    var colorType: UInt8
    var depth: Int
    var interlaced = false
    var palette: [UInt8] = []
    var transparency: [UInt8] = []

    var samplesPerPixel: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType]! }

    /// The file; `sample` gives the value of a row, column and channel, below 2 to the power of `depth`.
    func bytes(_ sample: (Int, Int, Int) -> Int) -> [UInt8] {
        var raw: [UInt8] = []
        // Adam7: first column, first row, column step, row step.
        let adam7 = [
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
        ]
        for (firstX, firstY, stepX, stepY) in interlaced ? adam7 : [(0, 0, 1, 1)] where firstX < width {
            for y in stride(from: firstY, to: height, by: stepY) {
                raw.append(0)
                raw += row(y, columns: stride(from: firstX, to: width, by: stepX), sample)
            }
        }
        let header = bigEndian(width) + bigEndian(height) + [UInt8(depth), colorType, 0, 0, interlaced ? 1 : 0]
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += chunk("IHDR", header)
        if !palette.isEmpty { file += chunk("PLTE", palette) }
        if !transparency.isEmpty { file += chunk("tRNS", transparency) }
        return file + chunk("IDAT", zlibStored(raw)) + chunk("IEND", [])
    }

    private func row(_ y: Int, columns: StrideTo<Int>, _ sample: (Int, Int, Int) -> Int) -> [UInt8] {
        var bits: [Bool] = []
        for x in columns {
            for c in 0..<samplesPerPixel {
                let value = sample(y, x, c)
                for bit in (0..<depth).reversed() { bits.append(value >> bit & 1 == 1) }
            }
        }
        while bits.count % 8 != 0 { bits.append(false) }
        return stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<(start + 8)].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
        }
    }
}

func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) } }

func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    let typed = Array(type.utf8) + body
    return bigEndian(body.count) + typed + bigEndian(Int(crc32(typed)))
}

func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
}

private func zlibStored(_ raw: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var offset = 0
    repeat {
        let size = min(65535, raw.count - offset)
        let isLast = offset + size == raw.count
        stream += [isLast ? 1 : 0, UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8 & 0xFF)]
        stream += raw[offset..<(offset + size)]
        offset += size
    } while offset < raw.count
    var (a, b) = (1, 0)
    for byte in raw {
        a = (a + Int(byte)) % 65521
        b = (b + a) % 65521
    }
    return stream + bigEndian(b << 16 | a)
}
