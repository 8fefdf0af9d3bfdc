import Foundation
import GradusVision
import Testing

@Suite struct PNGDamageTests {
    @Test func everyPrefixOfAFileIsRefused() throws {
        let builders = [
            PNGBuilder(width: 6, height: 5, colorType: 6, depth: 8, interlaced: true).bytes { $0 * 40 + $1 * 9 + $2 },
            PNGBuilder(width: 9, height: 4, colorType: 3, depth: 2, palette: Array(1...12), transparency: [3])
                .bytes { ($0 + $1 + $2) & 3 },
            pillowFile,
        ]
        for file in builders {
            for length in 0..<file.count {
                let error = fileError { _ = try Image(png: Array(file.prefix(length)), named: "cut.png") }
                #expect(error?.kind == .truncated, "\(length) bytes: \(String(describing: error))")
                #expect(error?.description.hasPrefix("cut.png: ") == true)
            }
            #expect(throws: Never.self) { try Image(png: file) }
        }
    }

    /// A changed bit in any chunk that matters must be noticed: each chunk carries a checksum.
    @Test func everyFlippedBitOfTheImageDataIsNoticed() throws {
        let file = PNGBuilder(width: 6, height: 5, colorType: 2, depth: 8).bytes { $0 * 40 + $1 * 9 + $2 }
        let intact = try Image(png: file)
        for offset in 8..<file.count {
            for bit in 0..<8 {
                var damaged = file
                damaged[offset] ^= 1 << bit
                if let image = try? Image(png: damaged) { #expect(image == intact, "byte \(offset), bit \(bit)") }
            }
        }
    }

    @Test(arguments: 0..<400) func randomBytesNeverCrash(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var file = [
            pillowFile,
            PNGBuilder(width: 6, height: 5, colorType: 4, depth: 16, interlaced: true).bytes {
                $0 * 999 + $1 * 77 + $2
            },
            PNGBuilder(width: 20, height: 3, colorType: 3, depth: 1, palette: [1, 2, 3]).bytes { ($0 + $1 + $2) & 1 },
        ][Int(seed % 3)]
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            file[Int.random(in: 8..<file.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        // Half of them with checksums put right, so that the damage gets past them.
        if seed % 2 == 0 { repairChecksums(&file) }
        let error = fileError { _ = try Image(png: file) }
        #expect(error?.description.isEmpty != true)
    }

    @Test(arguments: [(100_000, 100_000), (999_999, 999_999), (0x7FFF_FFFF, 0x7FFF_FFFF), (0xFFFF_FFFF, 0xFFFF_FFFF)])
    func aHugeClaimIsRefusedBeforeAllocating(_ width: Int, _ height: Int) {
        let file = header(width, height) + chunk("IDAT", [0x78, 0x01, 1, 0, 0, 0xFF, 0xFF]) + chunk("IEND", [])
        let error = fileError { _ = try Image(png: file, sampleLimit: .max) }
        #expect(error?.kind == .damaged)
        #expect(error?.description.contains("claims \(width) × \(height) pixels") == true)
    }

    @Test func theSampleLimitIsExact() throws {
        let file = try pattern(10, 10, 3).pngBytes()
        #expect(throws: Never.self) { try Image(png: file, sampleLimit: 300) }
        for limit in [299, 0, -5] {
            let error = fileError { _ = try Image(png: file, named: "big.png", sampleLimit: limit) }
            #expect(error?.kind == .tooLarge)
            #expect(error?.description.contains("10 × 10 × 3 samples") == true)
        }
    }

    @Test(arguments: [(0, 5), (5, 0)]) func anEmptySideIsRefused(_ width: Int, _ height: Int) {
        let file = header(width, height) + chunk("IDAT", [0x78, 0x01, 1, 0, 0, 0xFF, 0xFF]) + chunk("IEND", [])
        #expect(fileError { _ = try Image(png: file) }?.kind == .damaged)
    }

    @Test func otherFormatsAreNamed() {
        let error = fileError { _ = try Image(png: [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 74, 70, 73, 70], named: "a.png") }
        #expect(error?.kind == .wrongFormat)
        #expect(error?.description == "a.png: is not a PNG image, it looks like a JPEG file; convert it to PNG first")
        #expect(fileError { _ = try Image(png: Array("hello, world".utf8)) }?.kind == .wrongFormat)
    }

    private func header(_ width: Int, _ height: Int) -> [UInt8] {
        Array(pillowFile.prefix(8)) + chunk("IHDR", bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0])
    }

    private func repairChecksums(_ file: inout [UInt8]) {
        var offset = 8
        while offset + 12 <= file.count {
            let length = file[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
            guard offset + 12 + length <= file.count else { return }
            let sum = bigEndian(Int(crc32(Array(file[(offset + 4)..<(offset + 8 + length)]))))
            file.replaceSubrange((offset + 8 + length)..<(offset + 12 + length), with: sum)
            offset += length + 12
        }
    }
}
