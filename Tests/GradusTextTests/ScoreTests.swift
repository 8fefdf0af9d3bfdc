import Foundation
import GradusText
import Testing

/// What sacrebleu and subword-nmt say of the sentences in Fixtures; Tests/Reference/translation_scores.py.
struct ReferenceScores: Decodable {
    struct Corpus: Decodable {
        let sentences: Int
        let references: Int
        let score: Double
        let precisions: [Double]
        let brevity_penalty: Double
        let length: Int
        let reference_length: Int
    }
    struct Smoothed: Decodable {
        let score: Double
        let precisions: [Double]
    }
    struct Pieces: Decodable {
        let words: [String]
        let pieces: [[String]]
    }
    let corpora: [Corpus]
    let sentences: [Double]
    let smoothed: Smoothed
    let pieces: Pieces
    let segmented: [String]

    static func file(_ name: String) -> String {
        Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(name)").path
    }

    static func lines(_ name: String) throws -> [[String]] {
        try TextLines(file("\(name).txt.gz")).lines.map { $0.split(separator: " ").map(String.init) }
    }

    init() throws {
        self = try JSONDecoder().decode(
            Self.self, from: Data(contentsOf: URL(fileURLWithPath: Self.file("scores.json"))))
    }
}

@Suite struct ScoreTests {
    @Test func corpusBLEUIsSacrebleus() throws {
        let (hypotheses, references) = (
            try ReferenceScores.lines("hypotheses"), try ReferenceScores.lines("references")
        )
        let others = try ReferenceScores.lines("others")
        #expect(hypotheses.count == 1000)
        for expected in try ReferenceScores().corpora {
            let all = (0..<expected.sentences).map {
                expected.references == 1 ? [references[$0]] : [references[$0], others[$0]]
            }
            let bleu = BLEU.corpus(hypotheses: Array(hypotheses.prefix(expected.sentences)), references: all)
            #expect(abs(bleu.score - expected.score) < 1e-9)
            #expect(zip(bleu.precisions, expected.precisions).allSatisfy { abs($0 - $1) < 1e-9 })
            #expect(abs(bleu.brevityPenalty - expected.brevity_penalty) < 1e-12)
            #expect((bleu.length, bleu.referenceLength) == (expected.length, expected.reference_length))
        }
    }

    @Test func sentenceBLEUIsSacrebleus() throws {
        let (hypotheses, references) = (
            try ReferenceScores.lines("hypotheses"), try ReferenceScores.lines("references")
        )
        for (index, expected) in try ReferenceScores().sentences.enumerated() {
            let score = BLEU.sentence(hypotheses[index], reference: references[index]).score
            #expect(abs(score - expected) < 1e-9, "sentence \(index)")
        }
    }

    @Test func missingRunsAreSmoothedAsInSacrebleu() throws {
        let hypotheses = [["the", "loss", "of", "a"], ["one", "two"]]
        let references = [["the", "loss", "falls", "a"], ["one", "three"]]
        let expected = try ReferenceScores().smoothed
        let bleu = BLEU.corpus(hypotheses: hypotheses, references: references)
        #expect(abs(bleu.score - expected.score) < 1e-9)
        #expect(zip(bleu.precisions, expected.precisions).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(BLEU.corpus(hypotheses: hypotheses, references: references, smoothing: .none).score == 0)
    }

    @Test func extremesHaveTheirScores() {
        let sentence = [["a", "b", "c", "d", "e"]]
        #expect(abs(BLEU.corpus(hypotheses: sentence, references: sentence).score - 100) < 1e-9)
        #expect(BLEU.corpus(hypotheses: [["x"]], references: sentence).score == 0)
        #expect(BLEU.corpus(hypotheses: [[]], references: sentence).score == 0)
        #expect(BLEU.corpus(hypotheses: [], references: [[String]]()).score == 0)
        #expect(BLEU.sentence(["a"], reference: ["a"]).score > 99.99)
    }

    /// Two of three and two of four words: P = 2/3, R = 1/2, (1 + 1.44) P R / (R + 1.44 P) = 0.5570776…
    @Test func rougeIsTheHarmonicMeanByHand() {
        let score = rougeL(
            hypotheses: [["a", "x", "c"], ["q"]], references: [["a", "b", "c", "d"], ["q"]])
        #expect(abs(score - 50 * (2.44 / 3 / (0.5 + 0.96) + 1)) < 1e-9)
        #expect(rougeL(hypotheses: [["b", "a"]], references: [["a", "b"]]) < 51)
        #expect(rougeL(hypotheses: [[]], references: [["a"]]) == 0)
    }

    @Test func exactMatchesAndPerplexity() {
        #expect(exactMatches(hypotheses: [["a"], ["b"], []], references: [["a"], ["c"], []]) == 2.0 / 3)
        #expect(abs(perplexity(loss: 3 * 1.5, words: 3) - 4.4816890703) < 1e-9)
    }

    @Test func scoresByLengthCoverEverySentence() {
        let sentences = (1...62).map { length in (0..<length).map { "w\($0)" } }
        let groups = BLEU.byLength(
            sources: sentences, hypotheses: sentences, references: sentences, width: 5, atLeast: 12)
        #expect(groups.reduce(0) { $0 + $1.count } == 62)
        #expect(groups.allSatisfy { $0.count >= 12 })
        #expect(groups.dropFirst().allSatisfy { $0.score > 99.9 })
        #expect(zip(groups, groups.dropFirst()).allSatisfy { $0.lengths.upperBound < $1.lengths.lowerBound })
        let fine = BLEU.byLength(sources: sentences, hypotheses: sentences, references: sentences, atLeast: 1)
        #expect(fine.map(\.lengths) == (0..<13).map { (5 * $0 + 1)...min(62, 5 * $0 + 5) })
        #expect(BLEU.byLength(sources: [], hypotheses: [], references: []).isEmpty)
    }
}
