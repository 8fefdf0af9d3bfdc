import GradusVision
import Testing

@Suite struct PNGReadingTests {
    static let kinds: [(type: UInt8, depth: Int)] = [
        (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16),
        (6, 8), (6, 16),
    ]
    static let background = Color(10, 200, 90)

    /// Every color type and depth of the specification's table 11.1, plain and interlaced, against arithmetic.
    @Test(arguments: kinds, [false, true])
    func everyColorTypeAndDepth(_ kind: (type: UInt8, depth: Int), interlaced: Bool) throws {
        let largest = (1 << kind.depth) - 1
        func sample(_ y: Int, _ x: Int, _ c: Int) -> Int { (x * 7919 + y * 10007 + c * 4241) * 31 & largest }
        let palette = (0..<(3 * min(256, 1 << kind.depth))).map { UInt8($0 * 67 % 256) }
        let builder = PNGBuilder(
            width: 11, height: 9, colorType: kind.type, depth: kind.depth, interlaced: interlaced,
            palette: kind.type == 3 ? palette : [])
        let image = try Image(png: builder.bytes(sample), background: Self.background)

        let channels = kind.type == 0 || kind.type == 4 ? 1 : 3
        try #require(image.channels == channels && image.width == 11 && image.height == 9)
        func to8(_ value: Int) -> Double { Double(value) * 255 / Double(largest) }
        let under = channels == 1 ? [Self.background.luma] : [10, 200, 90]
        for y in 0..<9 {
            for x in 0..<11 {
                for c in 0..<channels {
                    var expected = kind.type == 3 ? Double(palette[sample(y, x, 0) * 3 + c]) : to8(sample(y, x, c))
                    if kind.type == 4 || kind.type == 6 {
                        let alpha = to8(sample(y, x, channels))
                        expected = (alpha * expected + (255 - alpha) * Double(under[c])) / 255
                    }
                    // Rounded once; 16-bit alpha is multiplied in by libpng, rounded to 1/257 of a step.
                    #expect(abs(Double(image[y, x, c]) - expected) <= 0.505)
                }
            }
        }
    }

    @Test func aTransparentGrayTakesTheBackground() throws {
        let builder = PNGBuilder(width: 3, height: 1, colorType: 0, depth: 8, transparency: [0, 7])
        let file = builder.bytes { [5, 7, 9][$1] + 0 * $0 * $2 }
        #expect(try Image(png: file).pixels == [5, 255, 9])
        #expect(try Image(png: file, background: .black).pixels == [5, 0, 9])
    }

    @Test func aTransparentColorTakesTheBackground() throws {
        let builder = PNGBuilder(width: 2, height: 1, colorType: 2, depth: 8, transparency: [0, 1, 0, 2, 0, 3])
        let file = builder.bytes { 0 * $0 + $1 * 100 + $2 + 1 }
        #expect(try Image(png: file, background: Color(50, 60, 70)).pixels == [50, 60, 70, 101, 102, 103])
    }

    @Test func aTransparentPaletteEntryIsComposited() throws {
        let builder = PNGBuilder(
            width: 2, height: 1, colorType: 3, depth: 1, palette: [200, 100, 0, 9, 9, 9], transparency: [51])
        // α = 51 / 255 = 0.2 over white: 0.2 · 200 + 0.8 · 255 = 244.
        #expect(try Image(png: builder.bytes { 0 * $0 + $1 + 0 * $2 }).pixels == [244, 224, 204, 9, 9, 9])
    }

    @Test(arguments: [8, 16]) func colorSpaceChunksAreIgnored(depth: Int) throws {
        let plain = PNGBuilder(width: 5, height: 2, colorType: 2, depth: depth).bytes { $0 * 90 + $1 * 7 + $2 }
        let gamma = Array(plain[..<33]) + chunk("gAMA", bigEndian(100_000)) + Array(plain[33...])
        #expect(try Image(png: gamma) == Image(png: plain))
    }

    /// Made by Pillow 13.0.0: pattern(5, 3, 3) saved with optimize=True (filters and a compressed stream).
    @Test func readsAFileOfAnotherWriter() throws {
        #expect(try Image(png: pillowFile) == pattern(5, 3, 3))
    }

    /// The orientation in an eXIf chunk, before the image data or behind it, and with a JPEG's mark as some programs write it.
    @Test(arguments: EXIFBuilder.integerTypes, [false, true])
    func theCamerasOrientationIsApplied(_ type: Int, _ bigEndian: Bool) throws {
        let plain = PNGBuilder(width: 3, height: 2, colorType: 0, depth: 8).bytes { 10 * $0 + $1 + 0 * $2 }
        #expect(try Image(png: plain).pixels == [0, 1, 2, 10, 11, 12])
        let header = 33
        func seen(_ body: [UInt8], at place: Int, damaged: Bool = false) throws -> Image {
            var exif = chunk("eXIf", body)
            if damaged { exif[exif.count - 1] ^= 1 }
            return try Image(png: Array(plain[..<place]) + exif + Array(plain[place...]))
        }
        let builder = EXIFBuilder(orientation: 6, type: type, bigEndian: bigEndian)
        let turned: [UInt8] = [10, 0, 11, 1, 12, 2]
        for place in [header, plain.count - 12] {
            #expect(try seen(builder.tiff, at: place).pixels == turned)
            #expect(try seen(Array("Exif\0\0".utf8) + builder.tiff, at: place).pixels == turned)
            #expect(try seen(builder.tiff, at: place, damaged: true).pixels == [0, 1, 2, 10, 11, 12])
            for length in 0..<(builder.tiff.count - 8) {
                #expect(try [2, 3].contains(seen(Array(builder.tiff.prefix(length)), at: place).width))
            }
        }
    }
}
