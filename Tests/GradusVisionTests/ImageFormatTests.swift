import Gradus
import GradusVision
import Testing

/// What is written comes back, in every format, number of channels and size, also the smallest.
@Suite struct ImageFormatTests {
    private static let sizes = (1...9).flatMap { w in (1...9).map { (w, $0) } } + [(1, 300), (257, 2), (64, 65)]

    private func noise(_ width: Int, _ height: Int, _ channels: Int, _ random: inout SplitMix64) -> Image {
        let pixels = (0..<(width * height * channels)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return Image(width: width, height: height, channels: channels, pixels: pixels)
    }

    @Test(arguments: [1, 3]) func pngIsLossless(_ channels: Int) throws {
        var random = SplitMix64(state: 1)
        for (width, height) in Self.sizes {
            let image = noise(width, height, channels, &random)
            #expect(try Image(png: image.pngBytes()) == image, "\(width) × \(height)")
        }
    }

    /// Netpbm's formats as other programs write them; comments and line ends may be anywhere between the numbers.
    @Test(arguments: [1, 3]) func pnmIsLossless(_ channels: Int) throws {
        var random = SplitMix64(state: 2)
        for (width, height) in Self.sizes {
            let image = noise(width, height, channels, &random)
            let binary =
                Array("P\(channels == 1 ? 5 : 6)\n# made by hand\n\(width) \(height)\n255\n".utf8) + image.pixels
            #expect(try Image(pnm: binary) == image, "\(width) × \(height)")
            let numbers = image.pixels.map { "\($0)\(Bool.random(using: &random) ? " " : "\r\n")" }.joined()
            let text = "P\(channels == 1 ? 2 : 3) \(width)\t\(height) 255\n\(numbers)"
            #expect(try Image(pnm: Array(text.utf8)) == image, "\(width) × \(height)")
        }
    }

    /// Smooth images lose little; the size and the channels are kept exactly.
    @Test(arguments: [1, 3]) func jpegIsNearlyLosslessAtFullQuality(_ channels: Int) throws {
        for (width, height) in Self.sizes {
            var image = Image(width: width, height: height, channels: channels)
            for y in 0..<height {
                for x in 0..<width {
                    for c in 0..<channels { image[y, x, c] = UInt8(min(255, 40 + 2 * x + y + 20 * c)) }
                }
            }
            let read = try Image(jpeg: image.jpegBytes(quality: 100, subsampling: .full))
            #expect([read.width, read.height, read.channels] == [width, height, channels])
            #expect(zip(read.pixels, image.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 3 }, "\(width) × \(height)")
        }
    }

    /// The bytes decide, not the caller's expectation: each reader refuses the other formats.
    @Test func otherFormatsAreRefused() throws {
        let image = pattern(3, 3, 3)
        let (png, jpeg) = (try image.pngBytes(), try image.jpegBytes())
        let pnm = Array("P6 3 3 255\n".utf8) + image.pixels
        for bytes in [jpeg, pnm] { #expect(fileError { _ = try Image(png: bytes) }?.kind == .wrongFormat) }
        for bytes in [png, pnm] { #expect(fileError { _ = try Image(jpeg: bytes) }?.kind == .wrongFormat) }
        for bytes in [png, jpeg] { #expect(fileError { _ = try Image(pnm: bytes) }?.kind == .wrongFormat) }
    }

    /// Flips and transpositions are their own inverses, and a crop of everything changes nothing.
    @Test func geometryComesBack() {
        for (width, height) in [(1, 1), (5, 1), (1, 5), (4, 7)] {
            for channels in [1, 3] {
                let image = pattern(width, height, channels)
                #expect(image.flippedHorizontally().flippedHorizontally() == image)
                #expect(image.flippedVertically().flippedVertically() == image)
                #expect(image.cropped(x: 0, y: 0, width: width, height: height) == image)
                #expect(
                    image.resized(width: 2 * width, height: 3 * height, filter: .nearest)
                        .resized(width: width, height: height, filter: .nearest) == image)
                #expect(image.inverted().inverted() == image)
                if channels == 1 { #expect(image.color().gray() == image) }
            }
        }
    }
}
