import Gradus
import GradusText

/// English sentences with French translations, made by a grammar: for trying a translator where no other data is at hand.
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
    /// To judge by; no sentence of it is in ``training`` or ``validation``.
    let test: ParallelText

    /// Distinct sentences.
    ///
    /// Which part a sentence belongs to follows from its words alone, so that parts of any size and seed have none in common.
    init(training: Int = 30_000, validation: Int = 500, test: Int = 1000, seed: Int = 1) {
        var grammar = PhraseGrammar(seed: seed)
        var parts: [Part: [Pair]] = [:]
        let wanted: [Part: Int] = [.training: training, .validation: validation, .test: test]
        var seen: Set<String> = []
        while wanted.contains(where: { parts[$0.key, default: []].count < $0.value }) {
            let pair = Pair(grammar.sentence())
            let part = Part(of: pair.english)
            if parts[part, default: []].count < wanted[part]!, seen.insert(pair.english).inserted {
                parts[part, default: []].append(pair)
            }
        }
        func text(_ part: Part) -> ParallelText {
            let pairs = parts[part] ?? []
            return ParallelText(source: pairs.map(\.english), target: pairs.map(\.french), name: "generated phrases")
        }
        (self.training, self.validation, self.test) = (text(.training), text(.validation), text(.test))
    }

    private struct Pair {
        let english: String
        let french: String

        init(_ phrase: Phrase) {
            english = phrase.english.joined(separator: " ")
            french = FrenchSpelling.sentence(phrase.french)
        }
    }

    private enum Part {
        case training, validation, test

        /// A tenth for testing, a tenth for validation, by the sentence's hash.
        init(of sentence: String) {
            let hash = Fingerprint(sentence.utf8).hash
            self = (hash >> 32) % 10 == 0 ? .test : (hash >> 32) % 10 == 1 ? .validation : .training
        }
    }
}
