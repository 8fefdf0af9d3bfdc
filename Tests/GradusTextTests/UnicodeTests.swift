import Foundation
import Gradus
import GradusText
import Testing

/// Text of many scripts, as subword-nmt, sacrebleu and Python's strings treat it: Tests/Reference/unicode_text.py.
struct UnicodeReference: Decodable {
    struct Pairs: Decodable {
        let sentence: String
        let codes: String
        let pieces: [String]
    }
    struct Score: Decodable {
        let hypotheses: [String]
        let references: [String]
        let lowercase: Bool
        let score: Double
    }
    struct Lower: Decodable {
        let text: String
        let lower: String

        init(from decoder: any Decoder) throws {
            let both = try decoder.singleValueContainer().decode([String].self)
            (text, lower) = (both[0], both[1])
        }
    }
    struct Split: Decodable {
        let text: String
        let words: [String]

        init(from decoder: any Decoder) throws {
            var both = try decoder.unkeyedContainer()
            (text, words) = (try both.decode(String.self), try both.decode([String].self))
        }
    }
    let pairs: [Pairs]
    let scores: [Score]
    let lower: [Lower]
    let split: [Split]

    static func read() throws -> UnicodeReference {
        try JSONDecoder().decode(
            UnicodeReference.self, from: Data(contentsOf: URL(fileURLWithPath: ReferenceScores.file("unicode.json"))))
    }
}

/// The bytes of texts: `==` of strings would call different ones equal.
private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

@Suite struct UnicodeTests {
    @Test func mergesOfAllScriptsAreThoseOfSubwordNMT() throws {
        for expected in try UnicodeReference.read().pairs {
            let words = expected.sentence.pieces(between: " ")
            let learned = BytePairEncoding.learn(from: [words, words, words], merges: 60)
            try withFolder { folder in
                let path = "\(folder)/codes"
                try learned.write(to: path)
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(expected.codes.utf8), "\(words)")
                let read = try BytePairEncoding(path)
                #expect(read.merges == learned.merges)
                for encoding in [learned, read] {
                    let pieces = encoding.apply(words)
                    #expect(bytes(pieces) == bytes(expected.pieces), "\(words)")
                    // A word that ends with the mark itself cannot be told from a piece, in subword-nmt neither.
                    if !expected.sentence.contains("@@") {
                        #expect(bytes(BytePairEncoding.undo(pieces)) == bytes(words))
                    }
                }
            }
        }
    }

    @Test func everyWordOfAllScriptsComesBack() throws {
        let encoding = BytePairEncoding(merges: [.init("a", "b"), .init("@", "@</w>")])
        for word in ["۝", "ab\u{600}", "\u{301}", "a\u{301}", "e\u{301}e", "</w>", "\u{200D}", "👍🏽", "नि\u{200D}र्मल"] {
            #expect(bytes(BytePairEncoding.undo(encoding.pieces(of: word))) == bytes([word]))
            #expect(encoding.pieces(of: word).count <= word.unicodeScalars.count)
        }
        #expect(encoding.pieces(of: "ab\u{600}") == ["ab@@", "\u{600}"])
        #expect(encoding.pieces(of: "") == [])
        #expect(bytes(BytePairEncoding.undo(["ab@@", "\u{301}"])) == bytes(["ab\u{301}"]))
        #expect(bytes(BytePairEncoding.undo(["\u{600}@@", "b"])) == bytes(["\u{600}b"]))
    }

    @Test func scoresAreSacrebleusWhateverTheFormAndTheBlanks() throws {
        for expected in try UnicodeReference.read().scores {
            func words(_ lines: [String]) -> [[String]] {
                lines.map { (expected.lowercase ? $0.lowercasedInContext() : $0).blankSeparated }
            }
            let score = BLEU.corpus(hypotheses: words(expected.hypotheses), references: words(expected.references))
                .score
            #expect(abs(score - expected.score) < 1e-9, "\(expected.hypotheses) \(score)")
        }
        let (composed, apart) = (["t\u{1ED1}t"], ["to\u{302}\u{301}t"])
        #expect(rougeL(hypotheses: [composed], references: [apart]) == 0)
        #expect(exactMatches(hypotheses: [composed], references: [apart]) == 0)
        #expect(exactMatches(hypotheses: [apart], references: [apart]) == 1)
    }

    @Test func capitalsBecomeSmallAsInPython() throws {
        for expected in try UnicodeReference.read().lower {
            #expect(bytes([expected.text.lowercasedInContext()]) == bytes([expected.lower]), "\(expected.text)")
        }
        #expect(Tokenizer().tokens(of: "ΟΔΟΣ ΣΑΣ") == ["οδος", "σας"])
    }

    @Test func blanksAreThoseOfPython() throws {
        for expected in try UnicodeReference.read().split {
            #expect(bytes(expected.text.blankSeparated) == bytes(expected.words), "\(expected.text.debugDescription)")
        }
    }

    @Test func blanksArePartOfNoToken() {
        let tokenizer = Tokenizer(lowercased: false)
        #expect(bytes(tokenizer.tokens(of: "a \u{301}b\u{600} c")) == bytes(["a", "\u{301}", "b", "\u{600}", "c"]))
        #expect(bytes("a \u{301}b\u{600} c".words) == bytes(["a", "\u{301}", "b", "\u{600}", "c"]))
        #expect(bytes(tokenizer.tokens(of: "x\r\n\u{200D}y")) == bytes(["x", "\u{200D}", "y"]))
    }

    @Test func wordsOfOneLookAreTwo() throws {
        let (composed, apart) = ("t\u{1ED1}t", "to\u{302}\u{301}t")
        let vocabulary = Vocabulary(translating: [[composed, apart, apart, "K", "\u{212A}"]])
        #expect(vocabulary.count == 8)
        #expect(vocabulary.sentence([apart, composed]) == [4, 6])
        #expect(vocabulary != Vocabulary(translating: [[apart, composed, composed, "K", "\u{212A}"]]))
        try withFolder { folder in
            try VocabularyFile.write(vocabulary, to: "\(folder)/v.vi")
            let read = try VocabularyFile("\(folder)/v.vi").vocabulary
            #expect(read == vocabulary && bytes(read.tokens) == bytes(vocabulary.tokens))
        }
        // Characters, however, are what readers take them for.
        #expect(Vocabulary(charactersOf: "\u{1ED1}o\u{302}\u{301}").count == 1)
    }

    @Test func byteStringsAreOrderedByCodePoints() {
        let sorted = ["b", "a\u{301}", "\u{E1}", "a", "\u{10000}", "\u{FFFD}", ""].map(ByteString.init).sorted()
        #expect(bytes(sorted.map(\.text)) == bytes(["", "a", "a\u{301}", "b", "\u{E1}", "\u{FFFD}", "\u{10000}"]))
        #expect(ByteString("a\u{301}") != ByteString("\u{E1}") && Set(["x", "x"].map(ByteString.init)).count == 1)
        #expect(ByteString(String("xay".dropFirst().dropLast())) == ByteString("a"))
    }
}
