import Foundation
import GradusText
import Testing

/// A line of text goes into numbers and comes back, and the pipeline survives its file.
@Suite struct TextPipelineTests {
    private let text = ParallelText(
        source: ["The old bird sings.", "She sees the birds.", "", "The bird sees her."],
        target: ["Le vieil oiseau chante.", "Elle voit les oiseaux.", "x", "L'oiseau la voit."])

    @Test func wordsBecomeNumbersAndUnknownOnesOne() {
        let pipeline = TranslationPipeline(learning: text, TranslationPipeline.Options()).source
        let tokens = pipeline.tokens(of: "The young bird sings.")
        #expect(tokens == ["the", "young", "bird", "sings", "."])
        let numbers = pipeline.numbers(of: tokens)
        #expect(numbers.map { pipeline.vocabulary[$0] } == ["the", "<unk>", "bird", "sings", "."])
        #expect(pipeline.text(of: pipeline.words(joining: tokens)) == "the young bird sings.")
    }

    @Test(arguments: [nil, 20])
    func aPipelineIsTheSameAfterItsFile(_ merges: Int?) throws {
        var options = TranslationPipeline.Options()
        (options.merges, options.isLowercased, options.reversesSource) = (merges, false, true)
        let pipeline = TranslationPipeline(learning: text, options)
        let copy = try JSONDecoder().decode(TranslationPipeline.self, from: JSONEncoder().encode(pipeline))
        #expect(copy.options == options && copy.source.vocabulary == pipeline.source.vocabulary)
        for sentence in text.source + ["unseen words"] {
            let tokens = pipeline.source.tokens(of: sentence)
            #expect(copy.source.tokens(of: sentence) == tokens)
            #expect(copy.source.numbers(of: tokens) == pipeline.source.vocabulary.sentence(tokens).reversed())
            #expect(copy.source.words(joining: tokens) == pipeline.source.words(of: sentence))
        }
        // With merges, both languages share a vocabulary.
        #expect((copy.source.vocabulary == copy.target.vocabulary) == (merges != nil))
    }

    @Test func pairsThatAreEmptyAreLeftOut() throws {
        let pipeline = TranslationPipeline(learning: text, TranslationPipeline.Options())
        let set = try TranslationSet(text, pipeline)
        #expect(set.text.count == 3 && set.pairs.count == 3 && set.leftOut.count == 1)
        #expect(set.references[2] == ["l", "'", "oiseau", "la", "voit", "."])
        let scores = set.scores(set.references)
        #expect(abs(scores.bleu.score - 100) < 1e-9 && scores.exact == 1)
    }

    @Test func aLongTextFallsIntoParts() {
        let pipeline = TranslationPipeline(learning: text, TranslationPipeline.Options()).source
        let parts = pipeline.parts(of: (0..<10).map { "\($0)" }, atMost: 4)
        #expect(parts.map(\.count) == [4, 4, 2] && parts.flatMap { $0 }.last == "9")
        // Pieces of a word stay together.
        #expect(pipeline.parts(of: ["a@@", "b@@", "c", "d"], atMost: 2) == [["a@@", "b@@", "c"], ["d"]])
    }

    @Test func aWordThatIsKnownInSmallLettersIsReadSo() {
        let pipeline = TranslationPipeline(learning: text, TranslationPipeline.Options()).source
        var unknown = UnknownWords()
        #expect(unknown.replaced(["Bird", "zebra"], in: pipeline.vocabulary) == ["bird", "zebra"])
        #expect(unknown.remark?.contains("“Bird” (read as “bird”), “zebra”") == true)
    }
}
