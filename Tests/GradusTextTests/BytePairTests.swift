import Foundation
import Gradus
import GradusData
import GradusText
import Testing

@Suite struct BytePairTests {
    @Test func mergesAreThoseOfSubwordNMT() throws {
        let expected = try BytePairEncoding(ReferenceScores.file("merges.txt"))
        #expect(expected.merges.count == 600)
        let learned = BytePairEncoding.learn(from: try ReferenceScores.lines("references"), merges: 600)
        #expect(learned.merges == expected.merges)
    }

    @Test func piecesAreThoseOfSubwordNMTAndJoinAgain() throws {
        let encoding = try BytePairEncoding(ReferenceScores.file("merges.txt"))
        let expected = try ReferenceScores()
        for (word, pieces) in zip(expected.pieces.words, expected.pieces.pieces) {
            #expect(encoding.pieces(of: word) == pieces)
            #expect(encoding.pieces(of: word) == pieces, "the second time")
        }
        for (words, line) in zip(try ReferenceScores.lines("hypotheses"), expected.segmented) {
            let pieces = encoding.apply(words)
            #expect(pieces.joined(separator: " ") == line)
            #expect(BytePairEncoding.undo(pieces) == words)
        }
        #expect(BytePairEncoding.undo(["cut@@", "of@@"]) == ["cutof"])
    }

    /// By hand: "aaaa" twice and "ab" three times. (a, a) occurs 2 · 2 times within, "a b</w>" 3 times, (a, a</w>) twice.
    @Test func overlapsAndEqualCountsFollowTheRules() {
        let learned = BytePairEncoding.learn(wordCounts: ["aaaa": 2, "ab": 3], merges: 10)
        #expect(
            learned.merges == [
                .init("a", "a"), .init("a", "b</w>"), .init("aa", "a"), .init("aaa", "a</w>"),
            ])
        #expect(BytePairEncoding.learn(wordCounts: ["ab": 1], merges: 10).merges.isEmpty)
        #expect(BytePairEncoding.learn(wordCounts: ["ab": 1], merges: 10, minimumCount: 1).merges.count == 1)
        #expect(BytePairEncoding.learn(wordCounts: ["xy": 2, "éz": 2], merges: 1).merges == [.init("é", "z</w>")])
    }

    @Test func filesAreReadAndTheirFaultsNamed() throws {
        try withFolder { folder in
            let path = "\(folder)/codes"
            let encoding = BytePairEncoding(merges: [.init("a", "b"), .init("ab", "c</w>")])
            try encoding.write(to: path)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "#version: 0.2\na b\nab c</w>\n")
            #expect(try BytePairEncoding(path).merges == encoding.merges)
            try write("#version: 0.2\na b\nabc\n", path)
            let error = #expect(throws: FileError.self) { try BytePairEncoding(path) }
            #expect(error?.description.contains("codes:3: expected two tokens, got \"abc\"") == true)
            try write("#version: 0.1\na b\n", path)
            #expect(throws: FileError.self) { try BytePairEncoding(path) }
        }
    }
}
