import Foundation
import Gradus
import GradusData
import GradusText
import Testing

@Suite struct LineEndTests {
    @Test(arguments: ["a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r", "a\nb\r\n\rc\r", "\u{FEFF}a\r\nb\n\r\nc"])
    func allReadersTakeAllLineEnds(_ text: String) throws {
        try withFolder { folder in
            try write(text, "\(folder)/x.en")
            try write("1\n2\n3\n4\n", "\(folder)/x.fr")
            #expect(try TextFile("\(folder)/x.en").text.utf8.filter { $0 == 13 }.isEmpty)
            #expect(try TextFile("\(folder)/x.en").text.hasPrefix("a\nb\n\nc"))
            #expect(try TextLines("\(folder)/x.en").lines == ["a", "b", "", "c"])
            #expect(try ParallelText(prefix: "\(folder)/x", from: "en", to: "fr").source == ["a", "b", "", "c"])
            let piped = try TextLines(Array(text.utf8), from: "standard input")
            #expect(piped.lines == ["a", "b", "", "c"])
        }
    }

    @Test func mergesVocabulariesAndSeparatorsInsideLines() throws {
        try withFolder { folder in
            for end in ["\n", "\r\n", "\r"] {
                try write("\u{FEFF}<unk>\(end)<s>\(end)</s>\(end)a", "\(folder)/v")
                #expect(try VocabularyFile("\(folder)/v").vocabulary.tokens == SpecialToken.all + ["a"])
            }
            try write("\u{FEFF}#version: 0.2\r\na b\r\nab \u{301}</w>\r\n", "\(folder)/codes")
            #expect(try BytePairEncoding("\(folder)/codes").merges == [.init("a", "b"), .init("ab", "\u{301}</w>")])
            try write("a\u{2028}b\u{85}c\u{B}d\u{C}e\nf", "\(folder)/x")
            #expect(try TextLines("\(folder)/x").lines == ["a\u{2028}b\u{85}c\u{B}d\u{C}e", "f"])
        }
    }

    @Test(arguments: ["a\nb", "a\r\nb", "a\rb"]) func anAlphabetReadsOtherLineEndsAsItsOwn(_ own: String) throws {
        let alphabet = Vocabulary(charactersOf: own)
        for text in ["b\na", "b\r\na", "b\ra"] {
            #expect(try alphabet.encode(text) == [2, 0, 1])
            #expect(
                Array(try alphabet.decode(alphabet.encode(text)).utf8) == Array("b\(own.dropFirst().dropLast())a".utf8))
        }
        // One with two kinds tells them apart, and one without any names what is missing.
        #expect(try Vocabulary(charactersOf: "a\n\r\n").encode("\n\r\n") == [0, 1])
        #expect(throws: UnknownTokens.self) { try Vocabulary(charactersOf: "ab").encode("a\nb") }
        #expect(try Vocabulary(charactersOf: "a\n", hasUnknown: true).encode("\r\na") == [0, 1])
    }

    private static func wide(_ text: String, _ encoding: String.Encoding) -> [UInt8] {
        Array(text.data(using: encoding)!)
    }

    @Test(arguments: [
        ([0xFF, 0xFE] + wide("a dog\nü", .utf16LittleEndian), "is UTF-16, not UTF-8", "iconv -f UTF-16 -t UTF-8"),
        ([0xFE, 0xFF] + wide("a dog\nü", .utf16BigEndian), "is UTF-16, not UTF-8", "iconv -f UTF-16 -t UTF-8"),
        (wide("a dog ran", .utf16LittleEndian), "is UTF-16LE", "iconv -f UTF-16LE -t UTF-8"),
        (wide("a dog ran", .utf16BigEndian), "is UTF-16BE", "iconv -f UTF-16BE -t UTF-8"),
        (wide("собака бежит в парке, 12\n", .utf16LittleEndian), "is UTF-16LE", "iconv"),
        (wide("一只狗在公园里跑步。\n两只猫。\n", .utf16BigEndian), "is UTF-16BE", "iconv"),
        ([0xFF, 0xFE, 0, 0] + wide("a dog", .utf32LittleEndian), "is UTF-32,", "iconv -f UTF-32 -t UTF-8"),
        ([0, 0, 0xFE, 0xFF] + wide("a dog", .utf32BigEndian), "is UTF-32,", "iconv -f UTF-32 -t UTF-8"),
        (wide("a dog 狗", .utf32LittleEndian), "is UTF-32LE", "iconv -f UTF-32LE"),
        (wide("a dog 狗", .utf32BigEndian), "is UTF-32BE", "iconv -f UTF-32BE"),
        ([0x89] + Array("PNG\r\n".utf8) + [0x1A, 10, 0, 0, 0, 13], "is a PNG image", "text file"),
        ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "is a JPEG image", "text file"),
        ([0x50, 0x4B, 3, 4, 20, 0], "is a zip archive", "Unpack"),
        (Array("%PDF-1.4\n".utf8), "is a PDF document", "pdftotext"),
        (Array("GIF89a".utf8) + [1, 0, 1, 0], "is a GIF image", "text file"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0], "is compressed with xz", "unxz"),
        (Array("caf".utf8) + [0xE9, 0x20] + Array("au lait".utf8), "(0xe9)", "iconv -f LATIN1"),
        (Array("he said ".utf8) + [0x93] + Array("yes".utf8) + [0x94], "(0x93)", "iconv -f WINDOWS-1252"),
        (Array("é then ".utf8) + [0xC3, 0x28] + Array(" and more".utf8), "(0xc3)", "damaged or cut there"),
        ([0xF1, 0xEE, 0xE1, 0xE0, 0xEA, 0xE0, 0x20, 0xE8], "(0xf1)", "Find out its encoding"),
        ([0x80, 2, 0, 1, 2, 3, 0, 0, 5, 1, 1, 1], "(0x80)", "another kind than text"),
    ])
    func whatIsNotUTF8IsNamed(_ bytes: [UInt8], _ problem: String, _ advice: String) throws {
        try withFolder { folder in
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/x"))
            for read in [{ _ = try TextFile($0) }, { _ = try TextLines($0) }] as [(String) throws -> Void] {
                let error = #expect(throws: FileError.self) { try read("\(folder)/x") }
                #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
                #expect(error?.advice.contains(advice) == true, "\(error?.description ?? "")")
                #expect(error?.advice.contains("LATIN1") == advice.contains("LATIN1"))
            }
        }
    }

    @Test(arguments: [
        "a\0b and more words", "BZh is what begins this", "GIF8 and ustar", "PK", "汉字\0汉字", "x",
    ])
    func textThatOnlyLooksOddIsRead(_ text: String) throws {
        try withFolder { folder in
            try write(text, "\(folder)/x")
            #expect(try TextFile("\(folder)/x").text == text)
        }
    }

    @Test func missingFilesAreNamedWithWhatHelps() throws {
        try withFolder { folder in
            let error = #expect(throws: FileError.self) { try TextLines("\(folder)/none") }
            #expect(error?.description.hasSuffix("none: is not there. Name a text file.") == true)
            try write("a\n", "\(folder)/t.en")
            let pair = #expect(throws: FileError.self) {
                try ParallelText(prefix: "\(folder)/t", from: "en", to: "xx")
            }
            #expect(pair?.description.contains("t.xx: is not there. The texts are two files") == true)
        }
    }

    @Test func hiddenFilesAreFoundByTheirFirstByte() throws {
        try withFolder { folder in
            try write("shown", "\(folder)/a")
            try write("hidden", "\(folder)/.\u{301}x")
            try write("shown too", "\(folder)/\u{301}b")
            #expect(try TextFile(folder).text == "shown\nshown too")
        }
    }
}
