import GradusText
import Testing

@testable import translation

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
                #expect(word != next, "\(sentence)")
            }
            #expect(!sentence.contains("*") && !sentence.contains("  ") && !sentence.hasSuffix(" "))
        }
    }

    /// Sentences that were read by hand, one for each rule.
    @Test(arguments: [
        ("we are students", "nous sommes étudiants"),
        ("she is a nurse", "elle est infirmière"),
        ("the queen was not brave", "la reine n'était pas courageuse"),
        ("he saw her", "il l'a vue"),
        ("she cannot find her", "elle ne peut pas la trouver"),
        ("the boy and the girl help us", "le garçon et la fille nous aident"),
        ("the women came back from the park", "les femmes sont revenues du parc"),
        ("they came back from the park", "ils sont revenus du parc"),
        ("she went to the market", "elle est allée au marché"),
        ("I will go to the castle", "j'irai au château"),
        ("I will go to the hotel", "j'irai à l'hôtel"),
        ("we did not come back from his school", "nous ne sommes pas revenus de son école"),
        ("my aunts who leave knew them", "mes tantes qui partent les connaissaient"),
        ("the old man will not take our watch", "le vieil homme ne prendra pas notre montre"),
        ("her sisters wash the new tool", "ses sœurs lavent le nouvel outil"),
        ("did I have the new tool ?", "est-ce que j'avais le nouvel outil ?"),
        ("the egg will be better than the strawberry", "l'œuf sera meilleur que la fraise"),
        ("there is no dog near the bakery", "il n'y a pas de chien près de la boulangerie"),
        ("we see some small hats every day", "nous voyons de petits chapeaux tous les jours"),
        ("will the man wait for me ?", "est-ce que l'homme m'attendra ?"),
        ("she will not take any old bags", "elle ne prendra pas de vieux sacs"),
        ("was this old hamster happy ?", "est-ce que ce vieux hamster était heureux ?"),
        ("did she buy the prince's orange ?", "est-ce qu'elle a acheté l'orange du prince ?"),
        ("they do not wash our aunt's coat", "ils ne lavent pas le manteau de notre tante"),
        ("she knows that he will be a baker", "elle sait qu'il sera boulanger"),
        ("my aunt was less old than the king", "ma tante était moins vieille que le roi"),
    ])
    func rulesHold(_ english: String, _ french: String) {
        let all = [Self.phrases.training, Self.phrases.validation, Self.phrases.test]
        let found = all.compactMap { part in part.source.firstIndex(of: english).map { part.target[$0] } }
        #expect(found == [french])
    }
}
