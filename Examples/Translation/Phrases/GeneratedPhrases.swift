import Gradus
import GradusText

/// English sentences with French translations, made by a grammar: for trying a translator where there is no other data.
///
/// The French agrees as French does, in gender, number, person and tense, with negation, elision and contraction: "I am a
/// student" / "je suis étudiant", "my aunts did not go to the market" / "mes tantes ne sont pas allées au marché". Every
/// English sentence has one translation. Where English leaves something open, a rule decides: "you" is the polite form to
/// one person; I, you, we and they are masculine; the past of a state is the imperfect.
struct GeneratedPhrases: Sendable {
    /// To learn from.
    let training: ParallelText
    /// To choose by; no sentence of it is in ``training``.
    let validation: ParallelText
    /// To test on; no sentence of it is in ``training`` or ``validation``.
    let test: ParallelText

    /// Distinct sentences.
    ///
    /// Which part a sentence belongs to follows from its words alone, so that parts of any size and seed have none in common.
    init(training: Int = 30_000, validation: Int = 500, test: Int = 1000, seed: Int = 1) {
        var grammar = PhraseGrammar(seed: seed)
        let wanted = [training, validation, test]
        var parts: [[(english: String, french: String)]] = [[], [], []]
        var seen: Set<String> = []
        while zip(parts, wanted).contains(where: { $0.count < $1 }) {
            let phrase = grammar.sentence()
            let pair = (english: phrase.english.joined(separator: " "), french: FrenchSpelling.sentence(phrase.french))
            // A tenth for testing, a tenth for validation.
            let tenth = (Fingerprint(pair.english.utf8).hash >> 32) % 10
            let part = tenth == 0 ? 2 : tenth == 1 ? 1 : 0
            if parts[part].count < wanted[part], seen.insert(pair.english).inserted { parts[part].append(pair) }
        }
        let texts = parts.map { pairs in
            ParallelText(source: pairs.map(\.english), target: pairs.map(\.french), name: "generated phrases")
        }
        (self.training, self.validation, self.test) = (texts[0], texts[1], texts[2])
    }
}
