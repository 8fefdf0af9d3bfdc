import GradusText
import Testing

@Suite struct GeneratedPhrasesTests {
    private static let phrases = GeneratedPhrases()

    @Test func partsHaveNoSentenceInCommonAndFollowFromTheSeed() {
        let phrases = Self.phrases
        let parts = [phrases.training, phrases.validation, phrases.test].map { Set($0.source) }
        #expect(parts.map(\.count) == [30_000, 500, 1000])
        #expect(parts.reduce(into: Set()) { $0.formUnion($1) }.count == 31_500)
        // Also those of another seed and size.
        let other = GeneratedPhrases(training: 3000, validation: 100, test: 3000, seed: 9)
        #expect(parts[0].isDisjoint(with: other.test.source) && parts[2].isDisjoint(with: other.training.source))
        #expect(GeneratedPhrases(training: 50, test: 5).training.target == Array(phrases.training.target.prefix(50)))
    }

    @Test func everySentenceHasOneTranslation() {
        var translations: [String: String] = [:]
        for seed in 1...4 {
            let text = GeneratedPhrases(training: 20_000, validation: 0, test: 2000, seed: seed)
            for (source, target) in zip(
                text.training.source + text.test.source, text.training.target + text.test.target)
            {
                #expect(translations.updateValue(target, forKey: source) ?? target == target)
            }
        }
    }

    /// What French never writes, whatever the words: an article before a vowel, a preposition beside its article, a word twice.
    @Test func frenchIsSpelledAsFrenchIs() {
        let vowels: Set<Character> = ["a", "â", "e", "é", "ê", "i", "î", "o", "ô", "u", "y", "œ"]
        let before: Set = ["je", "ne", "le", "la", "me", "de", "que", "ma", "sa", "ce", "beau", "nouveau", "vieux"]
        for sentence in Self.phrases.training.target + Self.phrases.test.target {
            let words = sentence.split(separator: " ").map(String.init)
            for (word, next) in zip(words, words.dropFirst()) {
                // Vieux is also a plural, and stands before "et".
                let isFree = word == "vieux" || word == "beau" || ["et", "aujourd'hui"].contains(next)
                if before.contains(word), let first = next.first, vowels.contains(first), !isFree {
                    Issue.record("\(word) before \(next): \(sentence)")
                }
                #expect(!["de le", "de les", "à le", "à les"].contains("\(word) \(next)"), "\(sentence)")
                #expect(word != next || ["nous", "vous"].contains(word), "\(sentence)")
            }
            #expect(!sentence.contains("*") && !sentence.contains("  ") && !sentence.hasSuffix(" "))
        }
    }

    /// Sentences that were read by hand, one for each rule.
    @Test(arguments: [
        ("we are students", "nous sommes étudiants"), ("she is a nurse", "elle est infirmière"),
    ])
    func rulesHold(_ english: String, _ french: String) {
        let all = [Self.phrases.training, Self.phrases.validation, Self.phrases.test]
        let found = all.compactMap { part in part.source.firstIndex(of: english).map { part.target[$0] } }
        #expect(found == [french])
    }
}
