import Foundation
import GradusVision
import Testing

@Suite struct PNMTests {
    @Test(arguments: [
        ("P2\n# a comment\n3 2 # another\n15\n0 1 2\n3 7 15\n", 1, [0, 17, 34, 51, 119, 255]),
        ("P3 1 2 255 1 2 3 250\t251\n252", 3, [1, 2, 3, 250, 251, 252]),
        ("P2 2 1 65535 65535 32768", 1, [255, 128]),
        ("P2 1 1 1\n1", 1, [255]),
    ]) func textIsRead(_ text: String, _ channels: Int, _ expected: [UInt8]) throws {
        let image = try Image(pnm: Array(text.utf8))
        #expect(image.channels == channels && image.pixels == expected)
    }

    @Test func binaryIsRead() throws {
        #expect(try Image(pnm: Array("P5 2 2\n255\n".utf8) + [0, 9, 200, 255]).pixels == [0, 9, 200, 255])
        #expect(try Image(pnm: Array("P6 1 1 255 ".utf8) + [10, 32, 35]).pixels == [10, 32, 35])
        // 16 bits come with the higher byte first.
        #expect(try Image(pnm: Array("P5 2 1 65535\n".utf8) + [0x80, 0, 0xFF, 0xFF]).pixels == [128, 255])
        #expect(try Image(pnm: Array("P5 2 1 1000\n".utf8) + [1, 0xF4, 3, 0xE8]).pixels == [128, 255])
        // The first of two.
        #expect(try Image(pnm: Array("P5 1 1 255\n".utf8) + [7] + Array("P5 1 1 255\n".utf8) + [8]).pixels == [7])
    }

    @Test func everyPrefixIsRefused() {
        for file in [Array("P6 2 2 255\n".utf8) + (1...12).map { UInt8($0) }, Array("P2 3 1 255 100 101 102\n".utf8)] {
            for length in 0..<(file.count - (file[1] == 50 ? 3 : 0)) {
                let error = fileError { _ = try Image(pnm: Array(file.prefix(length)), named: "cut.pgm") }
                #expect(error?.kind == (length == 0 || length > 2 ? .truncated : .wrongFormat), "\(length)")
            }
        }
    }

    @Test(arguments: [
        ("P5 0 4 255\n", "0 × 4 pixels"), ("P5 4 4 0\n", "up to 0"), ("P5 4 4 65536\n", "up to 65536"),
        ("P2 2 1 9\n10 1\n", "is 10, above the largest of 9"), ("P2 2 1 9\n1 x\n", "should be a digit"),
        ("P5 x 4 255\n", "should begin the width"), ("P5 99999999999999999999 4 255\n", "width"),
        ("P5 999999999 999999999 255\n", "more than the limit"), ("P4 8 1\n", "looks like a PBM"),
    ]) func theMessageSaysWhatIsWrong(_ text: String, _ words: String) {
        let error = fileError { _ = try Image(pnm: Array(text.utf8) + [1, 2], named: "odd.pgm") }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
        #expect(error?.description.hasPrefix("odd.pgm: ") == true)
    }

    /// A promise of 10¹⁸ samples in a file of 30 bytes must not cost memory, however high the limit.
    @Test(arguments: ["P5", "P2", "P6", "P3"]) func memoryFollowsTheFileNotItsPromise(_ magic: String) {
        let file = Array("\(magic) 999999999 999999999 255\n1 2 3".utf8)
        #expect(fileError { _ = try Image(pnm: file, sampleLimit: .max) }?.kind == .truncated)
    }
}
