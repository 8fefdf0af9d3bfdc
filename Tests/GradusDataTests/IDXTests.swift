import CZlib
import Foundation
import Gradus
import GradusData
import GradusTraining
import Testing

/// The reader of MNIST's format on good, damaged and malicious files.
@Suite struct IDXTests {
    /// A file of `elements` with the given magic number and lengths.
    private func file(_ magic: [UInt8], _ lengths: [UInt32], _ elements: [UInt8]) -> [UInt8] {
        magic + lengths.flatMap { length in (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } }
            + elements
    }

    private let images: [UInt8] = [0, 0, 8, 3]

    @Test(arguments: [false, true])
    func readsPlainAndCompressed(_ isCompressed: Bool) throws {
        let bytes = file(images, [2, 2, 3], (1...12).map { $0 })
        try withFile(bytes, compressed: isCompressed) { path in
            let tensor = try IDX.bytes(path, rank: 3)
            #expect(tensor.shape == [2, 2, 3] && tensor.scalars == (1...12).map { $0 })
        }
    }

    @Test func everyTruncationIsAnErrorAndNothingElse() throws {
        let whole = file(images, [3, 4, 5], Array(repeating: 9, count: 60))
        for length in 0..<whole.count {
            try withFile(Array(whole[..<length])) { path in
                #expect(throws: FileError.self) { try IDX.bytes(path, rank: 3) }
            }
        }
        try withFile(whole, compressed: true) { path in
            let packed = try Data(contentsOf: URL(fileURLWithPath: path))
            for length in 1..<packed.count - 8 {
                try withFile(Array(packed[..<length])) { cut in
                    #expect(throws: FileError.self) { try IDX.bytes(cut, rank: 3) }
                }
            }
        }
    }

    @Test func flippedBytesOfACompressedFileAreNoticed() throws {
        let random = (0..<600).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        try withFile(file(images, [6, 10, 10], random), compressed: true) { path in
            var packed = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            packed[packed.count / 2] ^= 0x55
            try withFile(packed) { damaged in
                #expect(throws: FileError.self) { try IDX.bytes(damaged, rank: 3) }
            }
        }
    }

    @Test(arguments: wrongHeaders)
    func theMessageSaysWhatIsWrong(_ magic: [UInt8], _ lengths: [UInt32], _ expected: String) throws {
        try withFile(file(magic, lengths, [1, 2, 3, 4, 5])) { path in
            let error = #expect(throws: FileError.self) { try IDX.bytes(path, rank: 3) }
            #expect(error?.description.contains(expected) == true)
            #expect(error?.description.contains(path) == true)
            #expect(error?.description.contains("Get the file again") == true)
        }
    }

    /// A promise of 2 GiB in a file of 21 bytes must not cost 2 GiB.
    @Test func memoryFollowsTheFileNotItsPromise() throws {
        let before = peakMemoryInMiB()
        try withFile(file(images, [2, 32_768, 32_768], [1])) { path in
            #expect(throws: FileError.self) { try IDX.bytes(path, rank: 3) }
        }
        #expect(peakMemoryInMiB() - before < 64)
    }

    @Test func foldersAndMissingFilesAreErrors() {
        #expect(throws: FileError.self) { try IDX.bytes(NSTemporaryDirectory(), rank: 3) }
        #expect(throws: FileError.self) { try IDX.bytes("/nowhere/at-all", rank: 3) }
    }

    @Test func imagesAndLabelsMustBelongTogether() throws {
        try withFile(file(images, [2, 1, 1], [1, 2])) { images in
            for labels in [file([0, 0, 8, 1], [3], [0, 1, 2]), file([0, 0, 8, 1], [2], [0, 7])] {
                try withFile(labels) { path in
                    #expect(throws: FileError.self) {
                        try labeledImages(imagesPath: images, labelsPath: path, classNames: ["a", "b"])
                    }
                }
            }
        }
    }

    /// Lengths whose product is 0 and yet no memory could hold what a sum along one axis makes of them.
    @Test func impossibleExtentsAreRefused() throws {
        for lengths in [[0, .max, .max], [.max, 0, .max], [0, 65_536, 65_536]] as [[UInt32]] {
            try withFile(file(images, lengths, [])) { path in
                let error = #expect(throws: FileError.self) { try IDX.bytes(path, rank: 3) }
                #expect(error?.problem.contains("the header promises") == true)
            }
        }
    }

    /// EMNIST's letters have 26 classes: getting the file again would not help.
    @Test func labelsOfAnotherSetAreExplained() throws {
        try withFile(file(images, [3, 1, 1], [1, 2, 3])) { images in
            try withFile(file([0, 0, 8, 1], [3], [0, 10, 25])) { labels in
                let error = #expect(throws: FileError.self) {
                    try labeledImages(imagesPath: images, labelsPath: labels, classNames: (0..<10).map(String.init))
                }
                let words = "\(error!)"
                #expect(
                    words.contains("label 10 of image 1 is none of the 10 classes 0 to 9 that are expected"))
                #expect(words.contains("largest label of the file is 25") && words.contains("all 26 classes"))
                #expect(words.contains("EMNIST") && !words.contains("again"))
            }
        }
    }

    private func withFile(_ bytes: [UInt8], compressed: Bool = false, _ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "gradus-idx-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        if compressed {
            let handle = gzopen(path, "wb")
            #expect(gzwrite(handle, bytes, UInt32(bytes.count)) == bytes.count)
            gzclose(handle)
        } else {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
        try body(path)
    }
}

private let wrongHeaders: [(magic: [UInt8], lengths: [UInt32], message: String)] = [
    ([0, 0, 8, 1], [60_000], "begins with 00000801, expected 00000803"),
    ([0, 0, 13, 3], [1, 1, 1], "begins with 00000d03"),
    ([0, 0, 8, 3], [60_000, 28, 28], "the header promises 60000 × 28 × 28 bytes, the file ends after 5"),
    ([0, 0, 8, 3], [.max, .max, .max], "more than the 2147483648 that are read"),
    ([0, 0, 8, 3], [1, 2, 2], "the file continues after them"),
]
