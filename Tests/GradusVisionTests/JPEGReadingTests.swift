import Foundation
import GradusVision
import Testing

@Suite struct JPEGReadingTests {
    /// Gray, color with and without shared samples, progressive, restart marks, RGB, CMYK and YCCK as Adobe stores them.
    @Test(arguments: JPEGFixture.all) func agreesWithPillow(_ fixture: JPEGFixture) throws {
        let image = try Image(jpeg: fixture.file, named: fixture.name)
        try #require(image.width == 19 && image.height == 13 && image.channels == fixture.channels)
        // The two versions of the library may round differently.
        let apart = zip(image.pixels, fixture.pixels).map { abs(Int($0) - Int($1)) }
        #expect(apart.max()! <= 1, "\(fixture.name): \(apart.max()!)")
    }

    /// Browsers and Pillow 13 take samples of ink as inverted with and without Adobe's mark.
    @Test func inkIsReadAlikeWithoutAdobesMark() throws {
        let fixture = try #require(JPEGFixture.all.first { $0.name == "cmyk" })
        var file = fixture.file
        let mark = try #require(file.indices.first { file[$0...].starts(with: Array("Adobe".utf8)) })
        // The whole segment goes; then only its name is another's.
        var without = file
        without.removeSubrange((mark - 4)..<(mark - 4 + 2 + Int(file[mark - 1])))
        file[mark] = UInt8(ascii: "a")
        for bytes in [without, file] {
            let apart = zip(try Image(jpeg: bytes).pixels, fixture.pixels).map { abs(Int($0) - Int($1)) }
            #expect(apart.max()! <= 1)
        }
    }

    @Test(arguments: [1, 3]) func writingAndReadingStaysNear(_ channels: Int) throws {
        let image = soft(40, 30, channels)
        let (good, poor) = (try image.jpegBytes(quality: 95, subsampling: .full), try image.jpegBytes(quality: 20))
        #expect(distance(try Image(jpeg: good), image) < 2)
        #expect(distance(try Image(jpeg: poor), image) < 20)
        #expect(poor.count < good.count)
        try withTemporaryFolder { folder in
            // The bytes decide, not the name.
            try image.writeJPEG(to: folder + "/image.png", quality: 95, subsampling: .full)
            #expect(try Image(contentsOf: folder + "/image.png") == Image(jpeg: good))
        }
    }

    /// Each of the eight orientations must bring the same upright image back.
    @Test(arguments: 1...8, [false, true]) func theCamerasOrientationIsApplied(_ orientation: Int, _ bigEndian: Bool)
        throws
    {
        let upright = soft(24, 16, 3)
        let stored = try tagged(asStored(upright, orientation), orientation, bigEndian)
        let seen = try Image(jpeg: stored)
        try #require(seen.width == 24 && seen.height == 16)
        #expect(distance(seen, upright) < 3, "orientation \(orientation): \(distance(seen, upright))")
    }

    /// Cameras write the orientation as a SHORT; telephones and programs as any integer.
    @Test(arguments: EXIFBuilder.integerTypes, [false, true]) func theOrientationMayBeAnyInteger(
        _ type: Int, _ bigEndian: Bool
    ) throws {
        let plain = try soft(24, 16, 3).jpegBytes()
        func seen(_ builder: EXIFBuilder) throws -> Image {
            try Image(jpeg: Array(plain.prefix(2)) + builder.segment + Array(plain.dropFirst(2)))
        }
        let whole = try Image(jpeg: plain)
        let upright = try seen(EXIFBuilder(orientation: 6, type: type, bigEndian: bigEndian))
        #expect(upright.width == 16 && upright.height == 24)
        // Row 0 is the right side, column 0 the top.
        let isTurned = (0..<24).allSatisfy { y in
            (0..<16).allSatisfy { x in (0..<3).allSatisfy { upright[y, x, $0] == whole[15 - x, y, $0] } }
        }
        #expect(isTurned)
        // Values that do not fit into the entry are stored after the directory; the first counts.
        #expect(try seen(EXIFBuilder(orientation: 6, type: type, bigEndian: bigEndian, count: 5)) == upright)
        // No orientation: out of range, negative, of no value, of a type that is no integer.
        for builder in [
            EXIFBuilder(orientation: 9, type: type, bigEndian: bigEndian),
            EXIFBuilder(orientation: 0, type: type, bigEndian: bigEndian),
            EXIFBuilder(orientation: -1, type: type, bigEndian: bigEndian),
            EXIFBuilder(orientation: 6, type: type, bigEndian: bigEndian, count: 0),
            EXIFBuilder(orientation: 6, type: 2, bigEndian: bigEndian),
            EXIFBuilder(orientation: 6, type: 11, bigEndian: bigEndian),
        ] { #expect(try seen(builder) == whole) }
    }

    @Test(arguments: 0..<60) func malformedEXIFIsPassedOver(_ length: Int) throws {
        let exif = Array(exifSegment(6, bigEndian: true).dropFirst(4).prefix(length))
        let plain = try soft(24, 16, 3).jpegBytes()
        let file = Array(plain.prefix(2)) + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + Array(plain.dropFirst(2))
        #expect([24, 16].contains(try Image(jpeg: file).width))
    }

    /// A smooth image, of which little is lost.
    private func soft(_ width: Int, _ height: Int, _ channels: Int) -> Image {
        var image = Image(width: width, height: height, channels: channels)
        for y in 0..<height {
            for x in 0..<width { for c in 0..<channels { image[y, x, c] = UInt8(20 + 3 * x + 3 * y + 10 * c) } }
        }
        return image
    }

    private func distance(_ a: Image, _ b: Image) -> Double {
        zip(a.pixels, b.pixels).map { abs(Double($0) - Double($1)) }.reduce(0, +) / Double(a.pixels.count)
    }

    /// What a camera stores, by the definition of the tag: where row 0 and column 0 of the stored image are seen.
    private func asStored(_ upright: Image, _ orientation: Int) throws -> Image {
        let (w, h) = (upright.width, upright.height)
        let swaps = orientation >= 5
        var stored = Image(width: swaps ? h : w, height: swaps ? w : h, channels: upright.channels)
        for row in 0..<stored.height {
            for column in 0..<stored.width {
                let (y, x): (Int, Int) =
                    switch orientation {
                    case 1: (row, column)  // row 0 is the top, column 0 the left side
                    case 2: (row, w - 1 - column)  // top, right
                    case 3: (h - 1 - row, w - 1 - column)  // bottom, right
                    case 4: (h - 1 - row, column)  // bottom, left
                    case 5: (column, row)  // left, top
                    case 6: (column, w - 1 - row)  // right, top
                    case 7: (h - 1 - column, w - 1 - row)  // right, bottom
                    default: (h - 1 - column, row)  // left, bottom
                    }
                for c in 0..<upright.channels { stored[row, column, c] = upright[y, x, c] }
            }
        }
        return stored
    }

    private func tagged(_ image: Image, _ orientation: Int, _ bigEndian: Bool) throws -> [UInt8] {
        let plain = try image.jpegBytes(quality: 95, subsampling: .full)
        return Array(plain.prefix(2)) + exifSegment(orientation, bigEndian: bigEndian) + Array(plain.dropFirst(2))
    }

    private func exifSegment(_ orientation: Int, bigEndian: Bool) -> [UInt8] {
        EXIFBuilder(orientation: orientation, bigEndian: bigEndian).segment
    }
}
