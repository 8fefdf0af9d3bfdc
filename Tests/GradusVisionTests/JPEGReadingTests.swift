import Foundation
import GradusVision
import Testing

@Suite struct JPEGReadingTests {
    /// Grey, colour with and without shared samples, progressive, restart marks, RGB, CMYK and YCCK as Adobe stores them.
    @Test(arguments: JPEGFixture.all) func agreesWithPillow(_ fixture: JPEGFixture) throws {
        let image = try Image(jpeg: fixture.file, named: fixture.name)
        try #require(image.width == 19 && image.height == 13 && image.channels == fixture.channels)
        // The two versions of the library may round differently.
        let apart = zip(image.pixels, fixture.pixels).map { abs(Int($0) - Int($1)) }
        #expect(apart.max()! <= 1, "\(fixture.name): \(apart.max()!)")
    }

    @Test func inkWithoutAdobesMarkIsNotInverted() throws {
        // Renaming the mark leaves the samples as they are: they now count as amounts of ink.
        var file = try #require(JPEGFixture.all.first { $0.name == "cmyk" }).file
        let inverted = try Image(jpeg: file)
        let mark = try #require(file.indices.first { file[$0...].starts(with: Array("Adobe".utf8)) })
        file[mark] = UInt8(ascii: "a")
        let ink = try Image(jpeg: file)
        #expect(ink.channels == 3 && ink.pixels != inverted.pixels)
        // K is 60 to 123: nothing is brighter than 255 − K, and read the other way round than K itself.
        #expect(ink.pixels.max()! <= 130 && inverted.pixels.max()! > 150)
    }

    @Test(arguments: [1, 3]) func writingAndReadingStaysNear(_ channels: Int) throws {
        let picture = soft(40, 30, channels)
        let (good, poor) = (try picture.jpegBytes(quality: 95, subsampling: .full), try picture.jpegBytes(quality: 20))
        #expect(distance(try Image(jpeg: good), picture) < 2)
        #expect(distance(try Image(jpeg: poor), picture) < 20)
        #expect(poor.count < good.count)
        try withTemporaryFolder { folder in
            // The bytes decide, not the name.
            try picture.writeJPEG(to: folder + "/picture.png", quality: 95, subsampling: .full)
            #expect(try Image(contentsOf: folder + "/picture.png") == Image(jpeg: good))
        }
    }

    /// Each of the eight orientations must bring the same upright picture back.
    @Test(arguments: 1...8, [false, true]) func theCamerasOrientationIsApplied(_ orientation: Int, _ bigEndian: Bool)
        throws
    {
        let upright = soft(24, 16, 3)
        let stored = try tagged(asStored(upright, orientation), orientation, bigEndian)
        let seen = try Image(jpeg: stored)
        try #require(seen.width == 24 && seen.height == 16)
        #expect(distance(seen, upright) < 3, "orientation \(orientation): \(distance(seen, upright))")
    }

    @Test(arguments: 0..<60) func malformedEXIFIsPassedOver(_ length: Int) throws {
        let exif = Array(exifSegment(6, bigEndian: true).dropFirst(4).prefix(length))
        let plain = try soft(24, 16, 3).jpegBytes()
        let file = Array(plain.prefix(2)) + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + Array(plain.dropFirst(2))
        #expect([24, 16].contains(try Image(jpeg: file).width))
    }

    /// A smooth picture, of which little is lost.
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

    /// What a camera stores, by the definition of the tag: where row 0 and column 0 of the stored picture are seen.
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

    /// An APP1 segment with a directory of two entries.
    private func exifSegment(_ orientation: Int, bigEndian: Bool) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            let high = (0..<count).reversed().map { UInt8(value >> (8 * $0) & 255) }
            return bigEndian ? high : high.reversed()
        }
        let make = number(0x010F, 2) + number(2, 2) + number(4, 4) + Array("abc\0".utf8)
        let turn = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + [0, 0]
        let tiff = Array((bigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4)
        let body = Array("Exif\0\0".utf8) + tiff + number(2, 2) + make + turn + number(0, 4)
        return [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body
    }
}
