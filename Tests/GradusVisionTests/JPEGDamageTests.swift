import Foundation
import GradusVision
import Testing

@Suite struct JPEGDamageTests {
    private let files = JPEGFixture.all.filter { ["color", "progressive", "cmyk", "restarts"].contains($0.name) }

    /// All but those that lack the end mark alone, which are read with a warning.
    @Test func prefixesOfAFileAreRefused() throws {
        for fixture in files {
            let whole = try Image(jpeg: fixture.file)
            for length in 0..<fixture.file.count {
                let bytes = Array(fixture.file.prefix(length))
                var warnings: [ImageWarning] = []
                let error = fileError {
                    let image = try Image(jpeg: bytes, named: "cut.jpg") { warnings.append($0) }
                    #expect(length >= fixture.file.count - 2 && image == whole, "\(fixture.name), \(length) bytes")
                    #expect(
                        warnings.map(\.file) == ["cut.jpg"] && warnings[0].description.contains("lacks its end mark"))
                }
                if length >= fixture.file.count - 2 {
                    #expect(error == nil)
                } else {
                    #expect(error?.kind == .truncated, "\(fixture.name), \(length) bytes: \(String(describing: error))")
                    #expect(error?.description.hasPrefix("cut.jpg: ") == true && warnings.isEmpty)
                }
            }
        }
    }

    @Test func wholeFilesGiveNoWarning() throws {
        for fixture in JPEGFixture.all {
            _ = try Image(jpeg: fixture.file, named: fixture.name) { Issue.record("\($0)") }
        }
    }

    /// The end mark is there, samples before it are missing.
    @Test func missingSamplesAreNoticed() throws {
        let file = try pattern(64, 64, 3).jpegBytes(quality: 90)
        let hollow = Array(file.prefix(file.count - 900)) + [0xFF, 0xD9]
        let error = fileError { _ = try Image(jpeg: hollow, named: "hollow.jpg") }
        #expect(error?.kind == .damaged && error?.description.contains("hollow.jpg: is a damaged JPEG") == true)
    }

    @Test(arguments: 0..<400) func randomBytesNeverCrash(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var file = files[Int(seed % 4)].file
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            file[Int.random(in: 2..<file.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let error = fileError { _ = try Image(jpeg: file, sampleLimit: 1 << 24, warning: { _ in }) }
        #expect(error?.description.isEmpty != true)
    }

    /// An image of 65,500 × 65,500 pixels in a file of a few hundred bytes.
    @Test func aHugeClaimIsRefusedBeforeAllocating() throws {
        var file = files[0].file
        let frame = try #require(file.indices.first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
        file.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0xDC, 0xFF, 0xDC])
        let error = fileError { _ = try Image(jpeg: file, sampleLimit: .max) }
        #expect(error?.kind == .damaged)
        #expect(error?.description.contains("claims 65500 × 65500 pixels") == true)
    }

    @Test func theSampleLimitIsExact() throws {
        let file = try pattern(10, 10, 3).jpegBytes()
        #expect(throws: Never.self) { try Image(jpeg: file, sampleLimit: 300) }
        let error = fileError { _ = try Image(jpeg: file, named: "big.jpg", sampleLimit: 299) }
        #expect(error?.kind == .tooLarge && error?.description.contains("10 × 10 × 3 samples") == true)
    }

    @Test(arguments: [(0xC9, "arithmetic coding"), (0xC3, "lossless")])
    func rareKindsAreNamed(_ marker: Int, _ words: String) throws {
        var file = files[0].file
        let frame = try #require(file.indices.first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
        file[frame + 1] = UInt8(marker)
        let error = fileError { _ = try Image(jpeg: file) }
        #expect(error?.kind == .damaged && error?.description.contains(words) == true)
        file[frame + 1] = 0xC1
        file[frame + 4] = 12
        #expect(fileError { _ = try Image(jpeg: file) }?.description.contains("samples of 12 bits") == true)
    }

    @Test func paddingBetweenSegmentsIsNoDamage() throws {
        let file = files[0].file
        let frame = try #require(file.indices.first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
        let padded = Array(file[..<frame]) + [0, 0, 0xFF, 0xFF] + Array(file[frame...]) + [1, 2, 3]
        #expect(try Image(jpeg: padded) == Image(jpeg: file))
    }

    @Test func whatCannotBeWrittenIsRefused() {
        let wide = Image(width: 65_501, height: 1, channels: 1)
        let error = fileError { _ = try wide.jpegBytes(named: "wide.jpg") }
        #expect(error?.kind == .cannotWrite && error?.description.contains("65,500") == true)
    }
}
