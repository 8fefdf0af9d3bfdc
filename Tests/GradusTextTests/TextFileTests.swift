import CZlib
import Foundation
import Gradus
import GradusData
import GradusText
import Testing

@Suite struct TextFileTests {
    @Test func aFileAndAFolderAreRead() throws {
        try withFolder { folder in
            try write("ba\n", "\(folder)/b.txt")
            try write("no end", "\(folder)/a/1.md")
            try write("", "\(folder)/empty.txt")
            try write("hidden", "\(folder)/.git/x")
            try Data([0xEF, 0xBB, 0xBF] + "marked".utf8).write(to: URL(fileURLWithPath: "\(folder)/c.txt"))
            let whole = try TextFile(folder)
            #expect(whole.text == "no end\nba\nmarked")
            #expect(whole.paths.map { $0.dropFirst(folder.count + 1) } == ["a/1.md", "b.txt", "c.txt", "empty.txt"])
            #expect(try TextFile("\(folder)/b.txt").text == "ba\n")
        }
    }

    @Test func compressedTextIsReadAndACutOneIsNot() throws {
        try withFolder { folder in
            let path = "\(folder)/a.txt.gz"
            let text = String(repeating: "to be or not to be ", count: 500)
            let file = gzopen(path, "wb")
            _ = text.withCString { gzwrite(file, $0, UInt32(text.utf8.count)) }
            gzclose(file)
            #expect(try TextFile(path).text == text)
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            try data.prefix(data.count - 12).write(to: URL(fileURLWithPath: path))
            #expect(throws: FileError.self) { try TextFile(path) }
        }
    }

    @Test(arguments: [
        ([UInt8]("ok".utf8) + [0xFF, 0x41], "byte 2 (0xff)"), ([0xC3], "byte 0 (0xc3)"),
        ([UInt8]("é漢".utf8) + [0xE6, 0xBC], "byte 5 (0xe6)"), ([0xEF, 0xBB, 0xBF, 0x80], "byte 3 (0x80)"),
        ([0xED, 0xA0, 0x80], "byte 0 (0xed)"),
    ])
    func invalidBytesAreNamedWithTheirPlace(_ bytes: [UInt8], _ message: String) throws {
        try withFolder { folder in
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/bad.txt"))
            let error = #expect(throws: FileError.self) { try TextFile(folder) }
            #expect(
                error?.description.contains("bad.txt: is not UTF-8: \(message)") == true, "\(error?.description ?? "")")
        }
    }

    @Test func emptyAndMissingTextsAreNamed() throws {
        try withFolder { folder in
            #expect(throws: FileError.self) { try TextFile("\(folder)/nothing") }
            #expect(throws: FileError.self) { try TextFile(folder) }
            try write("", "\(folder)/empty.txt")
            let error = #expect(throws: FileError.self) { try TextFile("\(folder)/empty.txt") }
            #expect(error?.description.contains("empty.txt: is empty") == true)
        }
    }
}
