import Foundation
import Gradus
import GradusData
import GradusText
import Testing

@Suite struct ParallelTextTests {
    /// The message of what goes wrong when two files of the given bytes are read.
    private func message(_ source: [UInt8], _ target: [UInt8]) throws -> String {
        var message = ""
        try withFolder { folder in
            try Data(source).write(to: URL(fileURLWithPath: "\(folder)/a.en"))
            try Data(target).write(to: URL(fileURLWithPath: "\(folder)/a.fr"))
            let error = #expect(throws: FileError.self) {
                try ParallelText(prefix: "\(folder)/a", from: "en", to: "fr")
            }
            message = (error?.description ?? "").replacing("\(folder)/", with: "")
        }
        return message
    }

    @Test func linesAreRead() throws {
        try withFolder { folder in
            try Data([0xEF, 0xBB, 0xBF] + "a b\r\n\nc".utf8).write(to: URL(fileURLWithPath: "\(folder)/a.en"))
            try write("x\ny\u{2028}y\nz\n", "\(folder)/a.fr")
            let text = try ParallelText(prefix: "\(folder)/a", from: "en", to: "fr")
            #expect(text.source == ["a b", "", "c"])
            #expect(text.target == ["x", "y\u{2028}y", "z"])
        }
    }

    @Test func filesOfDifferentLengthAreNamedWithTheirLastLine() throws {
        #expect(
            try message([UInt8]("a\nb\nc\n".utf8), [UInt8]("x\ny\n".utf8)).hasPrefix(
                "a.fr:2: the file ends here, but "))
        #expect(try message([], [UInt8]("x\n".utf8)).hasPrefix("a.en:0: the file ends here, but "))
        #expect(try message([], []).contains("a.en: is empty"))
    }

    @Test func invalidBytesAreNamedWithTheirLine() throws {
        let bad = [UInt8]("good\nb".utf8) + [0xC3, 0x28, 0x0A]
        #expect(
            try message(bad, [UInt8]("x\ny\n".utf8)).hasPrefix("a.en:2: is not UTF-8: byte 2 of the line (0xc3)"))
    }

    @Test func missingFilesAreNamed() {
        let error = #expect(throws: FileError.self) { try ParallelText(prefix: "/nowhere/x", from: "en", to: "fr") }
        #expect(error?.description.contains("/nowhere/x.en") == true)
    }

    @Test func emptyAndLongLinesAreLeftOutAndCounted() {
        let long = String(repeating: "word ", count: 10_000)
        let text = ParallelText(
            source: ["a", "", "b c", long, "d", "e"], target: ["x", "y", "  ", "z", long, "v w"], name: "file")
        let pairs = TokenPairs(text, maximumWords: 100, tokens: Tokenizer().tokens)
        #expect(pairs.source == [["a"], ["e"]])
        #expect(pairs.target == [["x"], ["v", "w"]])
        #expect(pairs.lines == [1, 6])
        #expect((pairs.leftOut.empty, pairs.leftOut.long) == (2, 2))
        #expect(
            pairs.leftOut.descriptions == [
                "2 pairs with an empty line left out, the first at file:2",
                "2 pairs with too long a line left out, the first at file:4 (10000 tokens, 100 allowed)",
            ])
    }
}
