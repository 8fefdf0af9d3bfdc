import Gradus
import GradusText

/// How a run cuts sentences into words, numbers them, and puts them together again; it travels in the checkpoint.
struct Wording: Codable, Equatable {
    var text: Recipe.Text
    /// What is joined to subwords, in order; empty for whole words.
    var merges: [[String]]
    /// The words of each vocabulary, in the order of their numbers.
    var sourceWords: [String]
    var targetWords: [String]

    /// A sentence's words, as translations are compared by.
    func words(of sentence: String) -> [String] { tokenizer.tokens(of: sentence) }

    /// The words that the network's pieces make.
    func words(joining pieces: [String]) -> [String] {
        merges.isEmpty ? pieces : BytePairEncoding.undo(pieces)
    }

    /// Words as a sentence to be read.
    func sentence(_ words: [String]) -> String { tokenizer.text(of: words) }

    fileprivate var tokenizer: Tokenizer { Tokenizer(lowercased: text.isLowercased) }
}

/// A wording with its vocabularies looked up.
struct NumberedWording {
    let wording: Wording
    let source: Vocabulary<String>
    let target: Vocabulary<String>
    private let encoding: BytePairEncoding?

    /// - Returns: `nil` when the words of a damaged checkpoint are no vocabulary of a translation.
    init?(_ wording: Wording) {
        guard let source = Vocabulary(wording.sourceWords, unknown: SpecialToken.all[1]),
            let target = Vocabulary(wording.targetWords, unknown: SpecialToken.all[1]),
            source.isForTranslation && target.isForTranslation, wording.merges.allSatisfy({ $0.count == 2 })
        else { return nil }
        (self.wording, self.source, self.target) = (wording, source, target)
        encoding =
            wording.merges.isEmpty
            ? nil : BytePairEncoding(merges: wording.merges.map { BytePairEncoding.Merge($0[0], $0[1]) })
    }

    /// The wording that sentences to learn from give.
    ///
    /// - Parameter known: vocabularies of source and target that are at hand already.
    /// - Returns: with it, the sentences in its words or subwords; `nil` when there are none.
    static func learned(
        _ text: Recipe.Text, from sentences: ParallelText, known: [Vocabulary<String>] = []
    ) -> (wording: NumberedWording, pairs: TokenPairs)? {
        let tokenizer = Tokenizer(lowercased: text.isLowercased)
        let encoding = text.merges.map { count in
            BytePairEncoding.learn(
                from: (sentences.source + sentences.target).lazy.map { tokenizer.tokens(of: $0) }, merges: count)
        }
        let pairs = TokenPairs(sentences, maximumWords: text.maximumWords) { line in
            let words = tokenizer.tokens(of: line)
            return encoding?.apply(words) ?? words
        }
        func vocabulary(_ sides: [[String]]) -> [String] {
            Vocabulary(translating: sides, minimumCount: text.minimumCount, limit: text.vocabularyLimit ?? .max).tokens
        }
        // Subwords of both languages are one set, so that a name is written as it was read.
        let wording = Wording(
            text: text, merges: encoding?.merges.map { [$0.left, $0.right] } ?? [],
            sourceWords: known.first?.tokens
                ?? vocabulary(encoding == nil ? pairs.source : pairs.source + pairs.target),
            targetWords: known.last?.tokens
                ?? vocabulary(encoding == nil ? pairs.target : pairs.source + pairs.target))
        return NumberedWording(wording).map { ($0, pairs) }
    }

    /// The words or subwords of a sentence, as the network is given them.
    func tokens(of sentence: String) -> [String] {
        let words = wording.words(of: sentence)
        return encoding?.apply(words) ?? words
    }

    func tokens(of sentences: ParallelText) -> TokenPairs {
        TokenPairs(sentences, maximumWords: wording.text.maximumWords, tokens: tokens(of:))
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
