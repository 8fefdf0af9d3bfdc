import Foundation
import Gradus
import Testing

@Suite struct FileErrorTests {
    @Test(arguments: [("is it whole?", "whole? Do"), ("is cut", "cut. Do"), ("is cut.", "cut. Do"), ("no!", "no! Do")])
    func sentencesEndOnce(_ problem: String, _ end: String) {
        #expect(FileError(path: "f", problem: problem, advice: "Do this.").description.contains(end))
    }

    @Test func whatIsUnknownIsNotMentioned() {
        #expect(FileError(path: "f", problem: "is cut").description == "f: is cut")
        #expect(FileError(path: "", offset: 7, problem: "is cut").description == "\"\": at byte 7 is cut")
    }

    @Test func onlyRegularFilesAreReadWhole() throws {
        let path = NSTemporaryDirectory() + "gradus-whole-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0) }
        try AtomicFile.write(Data(bytes), to: URL(fileURLWithPath: path))
        #expect(try WholeFile.bytes(of: path) == bytes && WholeFile.mapped(path) == Data(bytes))
        for (path, words) in [
            (path + "-none", "cannot be opened"), (NSTemporaryDirectory(), "is a directory"), ("/dev/null", "regular"),
        ] {
            let error = #expect(throws: FileError.self) { try WholeFile.bytes(of: path) }
            #expect(error?.path == path && error?.problem.contains(words) == true)
        }
    }

    /// The values that the authors of FNV-1a published.
    @Test func fingerprintsAreFNV1a() {
        #expect(Fingerprint("".utf8).text == "cbf29ce484222325")
        #expect(Fingerprint("a".utf8).text == "af63dc4c8601ec8c")
        #expect(Fingerprint("foobar".utf8).text == "85944171f73967e8")
    }
}
