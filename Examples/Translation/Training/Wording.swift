import Gradus
import GradusText

/// How a run cuts sentences into words, numbers them, and puts them together again; it travels in the checkpoint.
struct Wording: Codable, Equatable {
    var text: Recipe.Text
    /// The words of each vocabulary, in the order of their numbers.
    var sourceWords: [String]
    var targetWords: [String]

    /// The wording that sentences to learn from give.
    ///
    /// - Returns: with it, the sentences in its words.
    static func learned(_ text: Recipe.Text, from sentences: ParallelText) -> (wording: Wording, pairs: TokenPairs) {
        let wording = Wording(text: text, sourceWords: [], targetWords: [])
        let pairs = wording.tokens(of: sentences)
        let limit = text.vocabularyLimit ?? .max
        func vocabulary(_ sides: [[String]]) -> [String] {
            Vocabulary(translating: sides, minimumCount: text.minimumCount, limit: limit).symbols
        }
        return (
            Wording(text: text, sourceWords: vocabulary(pairs.source), targetWords: vocabulary(pairs.target)), pairs
        )
    }

    /// The words of a sentence, as the network is given them.
    func tokens(of sentence: String) -> [String] {
        Tokenizer(lowercased: text.isLowercased).tokens(of: sentence)
    }

    /// The words of a sentence, as translations are compared by.
    func comparedTokens(of sentence: String) -> [String] {
        Tokenizer(lowercased: text.isLowercased).tokens(of: sentence)
    }

    /// The words of a translation, as they are compared, from what the network wrote.
    func compared(_ tokens: [String]) -> [String] { tokens }

    /// A sentence to be read.
    func sentence(_ tokens: [String]) -> String { Tokenizer(lowercased: text.isLowercased).text(of: compared(tokens)) }

    func tokens(of sentences: ParallelText) -> TokenPairs {
        TokenPairs(sentences, maximumWords: text.maximumWords, tokens: tokens(of:))
    }
}

/// A wording with its vocabularies looked up.
struct NumberedWording {
    let wording: Wording
    let source: Vocabulary<String>
    let target: Vocabulary<String>

    /// - Returns: `nil` when the words of a damaged checkpoint are no vocabulary of a translation.
    init?(_ wording: Wording) {
        guard let source = Vocabulary(wording.sourceWords, unknown: SpecialWord.all[1]),
            let target = Vocabulary(wording.targetWords, unknown: SpecialWord.all[1]),
            source.isForTranslation && target.isForTranslation
        else { return nil }
        (self.wording, self.source, self.target) = (wording, source, target)
    }

    /// A source as the network reads it.
    func sourceNumbers(_ tokens: [String]) -> [Int32] {
        let numbers = source.sentence(tokens)
        return wording.text.reversesSource ? numbers.reversed() : numbers
    }

    func pairs(_ tokens: TokenPairs) -> SentencePairs {
        SentencePairs(source: tokens.source.map(sourceNumbers), target: tokens.target.map(target.sentence))
    }
}
