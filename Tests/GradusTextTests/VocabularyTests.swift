import GradusText
import Testing

@Suite struct VocabularyTests {
    @Test(arguments: [
        "To be, or not to be", "汉字和漢字，都是字。", "👩‍👩‍👧‍👦 👋🏽 🇩🇪🇫🇷 ❤️", "cafe\u{301} naïve Zu\u{308}rich", "नमस्ते",
        "line\nline\r\nend\t!",
        "한국어 e\u{301}\u{323}",
    ])
    func charactersComeOutAsTheyWentIn(_ text: String) throws {
        let alphabet = Vocabulary(charactersOf: text)
        let numbers = try alphabet.encode(text)
        #expect(numbers.count == text.count)
        #expect(alphabet.count == Set(text).count)
        #expect(Array(alphabet.decode(numbers).unicodeScalars) == Array(text.unicodeScalars))
        #expect(try alphabet.numbers(of: text) == numbers)
    }

    @Test func partsOfACharacterAreNoTokens() throws {
        let alphabet = Vocabulary(charactersOf: "👩‍👩‍👧e\u{301}x")
        #expect(alphabet.tokens.count == 3 && alphabet.contains("é"))
        // In one piece or two, é is one token, and it comes out as the text had it first.
        #expect(alphabet.decode(try alphabet.encode("\u{E9}")).unicodeScalars.count == 2)
        #expect(throws: UnknownTokens.self) { try alphabet.encode("e") }
        #expect(throws: UnknownTokens.self) { try alphabet.encode("👩") }
    }

    @Test func alphabetsAreInUnicodesOrder() {
        #expect(Vocabulary(charactersOf: "hello World\n").tokens == ["\n", " ", "W", "d", "e", "h", "l", "o", "r"])
        #expect(Vocabulary(charactersOf: "").count == 0)
    }

    @Test func unknownCharactersAreNamedOrReplaced() throws {
        let strict = Vocabulary(charactersOf: "abc")
        let error = #expect(throws: UnknownTokens.self) { try strict.encode("abßc🙂ß\u{7}") }
        #expect(error?.tokens == ["ß", "🙂", "\u{7}"] && error?.occurrences == 4)
        #expect(error?.description == "3 tokens are not among the 3 that are known: “ß” “🙂” \"\\u{07}\"")

        let open = Vocabulary(charactersOf: "aaabbc", minimumCount: 2)
        #expect(open.tokens == ["a", "b", "\u{FFFD}"])
        #expect(try open.decode(open.encode("abcz")) == "ab\u{FFFD}\u{FFFD}")
        #expect(Vocabulary(charactersOf: "ab", hasUnknown: true).count == 3)
        // A text that holds the replacement character itself does not hold it twice.
        #expect(Vocabulary(charactersOf: "a\u{FFFD}", hasUnknown: true).tokens == ["a", "\u{FFFD}"])
    }

    @Test func aVocabularyHasEveryTokenOnce() {
        #expect(Vocabulary(["a", "b", "a"]) == nil)
        #expect(Vocabulary(["a", "b"], unknown: "c") == nil)
        #expect(Vocabulary(["a", "b"], unknown: "b")?.number(of: "c") == 1)
    }

    @Test func wordsAreCountedAndRareOnesUnknown() throws {
        let sentences = ["the cat, the dog", "The bird sees the cat."].map { $0.lowercased().words }
        #expect(sentences[0] == ["the", "cat", ",", "the", "dog"] && sentences[1].last == ".")
        let vocabulary = Vocabulary(wordsOf: sentences, special: ["<pad>"], minimumCount: 2)
        #expect(vocabulary.tokens == ["<pad>", "<unk>", "the", "cat"])
        #expect(try vocabulary.numbers(of: ["the", "dog", "<pad>"]) == [2, 1, 0])
        #expect(Vocabulary(wordsOf: sentences, special: ["<pad>"], limit: 3).tokens == ["<pad>", "<unk>", "the"])
        #expect("Ünïcode_1 汉字!x".words == ["Ünïcode_1", "汉字", "!", "x"])
    }
}
