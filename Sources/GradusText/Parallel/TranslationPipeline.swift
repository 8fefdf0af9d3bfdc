import Gradus

/// The text pipelines of both languages of a translator.
public struct TranslationPipeline: Codable, Sendable {
    /// How pipelines are made from sentences.
    public struct Options: Codable, Equatable, Sendable {
        /// Whether letters are made small.
        public var isLowercased = true
        /// Words that are rarer become unknown.
        public var minimumCount = 1
        /// The most tokens of a vocabulary.
        public var vocabularyLimit: Int?
        /// Byte-pair merges, learned on both languages together, which then share a vocabulary; nil for whole words.
        public var merges: Int?
        /// Pairs with more tokens on a side are left out of training.
        public var maximumWords = 50
        /// Whether the source is read from its last token to its first.
        public var reversesSource = false

        /// Lower-cased words.
        public init() {}

        /// What is wrong with the options; nil when nothing is.
        public var problem: String? {
            let isPossible =
                minimumCount >= 1 && (1...10_000).contains(maximumWords) && merges ?? 1 >= 1
                && vocabularyLimit ?? 5 >= 5
            return isPossible
                ? nil : "counts must be positive, a vocabulary has at least 5 words, and a sentence at most 10000"
        }
    }

    /// How the pipelines were made.
    public let options: Options
    /// That of the sentences to translate.
    public let source: TextPipeline
    /// That of the translations.
    public let target: TextPipeline

    /// The pipelines that sentences give: merges and vocabularies.
    ///
    /// - Parameter known: vocabularies that exist already.
    public init(
        learning text: ParallelText, _ options: Options,
        known: (source: Vocabulary<String>, target: Vocabulary<String>)? = nil
    ) {
        self.options = options
        let tokenizer = Tokenizer(lowercased: options.isLowercased)
        let encoding = options.merges.map { count in
            BytePairEncoding.learn(
                from: (text.source + text.target).lazy.map { tokenizer.tokens(of: $0) }, merges: count)
        }
        let pairs = TokenPairs(text, maximumWords: options.maximumWords) { line in
            let words = tokenizer.tokens(of: line)
            return encoding?.apply(words) ?? words
        }
        func vocabulary(_ sentences: [[String]]) -> Vocabulary<String> {
            Vocabulary(
                translating: sentences, minimumCount: options.minimumCount, limit: options.vocabularyLimit ?? .max)
        }
        // Pieces of both languages are one set, so that a name is written as it was read.
        let both = encoding == nil ? [] : pairs.source + pairs.target
        source = TextPipeline(
            tokenizer, known?.source ?? vocabulary(encoding == nil ? pairs.source : both), encoding: encoding,
            isReversed: options.reversesSource)
        target = TextPipeline(
            tokenizer, known?.target ?? vocabulary(encoding == nil ? pairs.target : both), encoding: encoding)
    }

    /// The tokens of both sides, without pairs that are empty or too long.
    public func tokens(of text: ParallelText) -> TokenPairs {
        TokenPairs(
            text, maximumWords: options.maximumWords, source: source.tokens(of:), target: target.tokens(of:))
    }

    /// The numbers of both sides.
    public func numbers(of tokens: TokenPairs) -> SentencePairs {
        SentencePairs(source: tokens.source.map(source.numbers), target: tokens.target.map(target.numbers))
    }
}
