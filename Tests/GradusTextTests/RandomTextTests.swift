import Gradus
import GradusText
import Testing

/// Properties that hold for every text, on random ones: of letters, marks, blanks, accents, ideographs and emoji.
@Suite struct RandomTextTests {
    private static let characters: [Character] =
        Array("aaabbcdeXYZ019_ \t  .,;:!?()'\"-…éßÜĳСжاは我爱和漢字\u{2009}\u{A0}\u{301}👋🏽🇩🇪") + [
            "\u{1F469}\u{200D}\u{1F467}", "\r\n", "\n",
        ]

    /// Texts of up to 40 characters; a fixed seed makes them the same in every run.
    private func texts(_ count: Int, seed: UInt64) -> [String] {
        var random = RandomWords(RandomGenerator(seed: seed))
        return (0..<count).map { _ in
            let length = Int.random(in: 0...40, using: &random)
            return String((0..<length).map { _ in Self.characters.randomElement(using: &random) ?? "a" })
        }
    }

    private func sentences(_ count: Int, words: Int, seed: UInt64) -> [[String]] {
        var random = RandomWords(RandomGenerator(seed: seed))
        return (0..<count).map { _ in
            (0..<Int.random(in: 1...12, using: &random)).map { _ in "w\(Int.random(in: 0..<words, using: &random))" }
        }
    }

    @Test(arguments: [false, true]) func tokensAreAllOfATextButItsBlanks(_ lowercased: Bool) {
        for text in texts(500, seed: 1) {
            let tokens = Tokenizer(lowercased: lowercased).tokens(of: text)
            let kept = (lowercased ? text.lowercasedInContext() : text).blankSeparated.joined()
            #expect(Array(tokens.joined().unicodeScalars) == Array(kept.unicodeScalars), "\(text.debugDescription)")
            #expect(tokens.allSatisfy { !$0.isEmpty })
        }
    }

    /// However tokens are put together to a sentence, its tokens are the same again.
    @Test func joinedTokensAreCutAtTheSamePlaces() {
        let plain = texts(500, seed: 2).map { $0.filter { $0.isASCII || $0 == "我" || $0 == "é" } }
        for text in plain {
            let tokens = Tokenizer().tokens(of: text)
            let again = Tokenizer().tokens(of: Tokenizer().text(of: tokens))
            #expect(again.joined() == tokens.joined(), "\(text.debugDescription)")
        }
    }

    @Test func everyAlphabetReadsItsText() throws {
        for text in texts(300, seed: 3) {
            let alphabet = Vocabulary(charactersOf: text)
            #expect(try alphabet.decode(alphabet.encode(text)) == text, "\(text.debugDescription)")
        }
    }

    @Test func piecesJoinToTheirWords() {
        let words = texts(400, seed: 4).flatMap(\.blankSeparated).filter { !$0.contains("@") }
        let encoding = BytePairEncoding.learn(from: words.map { [$0] }, merges: 60)
        #expect(encoding.merges.count == 60)
        let undone = BytePairEncoding.undo(encoding.apply(words))
        #expect(undone.map { Array($0.unicodeScalars) } == words.map { Array($0.unicodeScalars) })
        #expect(encoding.apply(words).allSatisfy { !$0.isEmpty && $0 != "@@" })
        // More merges never make more pieces.
        let fewer = BytePairEncoding(merges: Array(encoding.merges.prefix(20)))
        for word in words { #expect(encoding.pieces(of: word).count <= fewer.pieces(of: word).count) }
    }

    @Test func vocabulariesComeBackFromTheirFiles() throws {
        try withFolder { folder in
            for (number, sentences) in [sentences(30, words: 9, seed: 5), sentences(1, words: 1, seed: 6), []]
                .enumerated()
            {
                let vocabulary = Vocabulary(translating: sentences)
                try VocabularyFile.write(vocabulary, to: "\(folder)/\(number)")
                let read = try VocabularyFile("\(folder)/\(number)")
                #expect(read.vocabulary == vocabulary && read.warning == nil)
            }
        }
    }

    @Test func scoresStayWithinTheirBounds() {
        let (hypotheses, references) = (sentences(200, words: 6, seed: 7), sentences(200, words: 6, seed: 8))
        for (hypothesis, reference) in zip(hypotheses, references) {
            let sentence = BLEU.sentence(hypothesis, reference: reference)
            #expect((0...100.000001).contains(sentence.score))
            #expect(
                sentence.precisions.allSatisfy { (0...100).contains($0) } && (0...1).contains(sentence.brevityPenalty))
            #expect(abs(BLEU.sentence(reference, reference: reference).score - 100) < 1e-9)
            #expect((0...100).contains(rougeL(hypotheses: [hypothesis], references: [reference])))
        }
        let corpus = BLEU.corpus(hypotheses: hypotheses, references: references)
        #expect(corpus.score > 0 && corpus.score < 100)
        // The order of the sentences does not matter, and a further reference can only match more.
        let reversed = BLEU.corpus(hypotheses: hypotheses.reversed(), references: Array(references.reversed()))
        #expect(abs(reversed.score - corpus.score) < 1e-9)
        let richer = BLEU.corpus(hypotheses: hypotheses, references: zip(references, hypotheses).map { [$0, $1] })
        #expect(abs(richer.score - 100) < 1e-9)
        #expect(BLEU.corpus(hypotheses: hypotheses, references: references, smoothing: .none).score <= corpus.score)
    }

    /// The probabilities of all next tokens sum to 1, whatever came before.
    @Test func nextTokensHaveADistribution() {
        var random = RandomWords(RandomGenerator(seed: 9))
        let text = (0..<300).map { _ in Int32.random(in: 0..<7, using: &random) }
        for order in 1...4 {
            let model = NGramModel([text[...]], vocabulary: 8, order: order)
            for length in 0...5 {
                let past = (0..<length).map { _ in Int32.random(in: 0..<8, using: &random) }
                let distribution = model.distribution(after: past)
                #expect(abs(distribution.reduce(0, +) - 1) < 1e-9 && distribution.allSatisfy { $0 > 0 })
            }
        }
    }

    /// The most probable tokens are kept, and nothing but them, in every combination.
    @Test func samplersDrawFromADistribution() {
        var random = RandomWords(RandomGenerator(seed: 10))
        for _ in 0..<100 {
            let logits = (0..<9).map { _ in Float.random(in: -4...4, using: &random) }
            let k = Int.random(in: 1...9, using: &random)
            let sampler = Sampler(
                temperature: Float.random(in: 0.2...3, using: &random), topK: k,
                topP: Float.random(in: 0.1...1, using: &random), using: RandomGenerator(seed: 1))
            logits.withUnsafeBufferPointer { logits in
                let distribution = sampler.distribution(logits)
                #expect(abs(distribution.reduce(0, +) - 1) < 1e-5)
                let kept = distribution.indices.filter { distribution[$0] > 0 }
                #expect((1...k).contains(kept.count))
                let least = kept.map { logits[$0] }.min() ?? 0
                #expect(logits.indices.allSatisfy { kept.contains($0) || logits[$0] <= least })
                #expect(kept.contains(Int(sampler.draw(logits))))
            }
        }
    }
}
