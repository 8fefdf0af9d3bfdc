import Gradus

/// From a text to the numbers of its tokens and back: a tokenizer, byte-pair encoding if there is one, and a vocabulary.
///
/// ```swift
/// let tokenizer = Tokenizer()
/// let pipeline = TextPipeline(tokenizer, Vocabulary(translating: lines.map { tokenizer.tokens(of: $0) }))
/// let numbers = pipeline.numbers(of: pipeline.tokens(of: "She reads."))
/// ```
///
/// It is written into a checkpoint, so that a network reads texts in all programs as it did when it was trained.
public struct TextPipeline: Sendable {
    /// Cuts a text into words and marks.
    public let tokenizer: Tokenizer
    /// Cuts words into pieces; nil for whole words.
    public let encoding: BytePairEncoding?
    /// The numbers of the tokens.
    public let vocabulary: Vocabulary<String>
    /// Whether the numbers run from the last token to the first (Sutskever et al. 2014).
    public let isReversed: Bool

    /// A pipeline of the given parts.
    public init(
        _ tokenizer: Tokenizer, _ vocabulary: Vocabulary<String>, encoding: BytePairEncoding? = nil,
        isReversed: Bool = false
    ) {
        (self.tokenizer, self.vocabulary, self.encoding, self.isReversed) = (
            tokenizer, vocabulary, encoding, isReversed
        )
    }

    /// The words and marks of a text.
    public func words(of text: String) -> [String] { tokenizer.tokens(of: text) }

    /// The tokens of a text: its words, or with byte-pair encoding their pieces.
    public func tokens(of text: String) -> [String] {
        let words = words(of: text)
        return encoding?.apply(words) ?? words
    }

    /// The numbers of tokens, ``SpecialToken/unknown`` for those that the vocabulary lacks.
    public func numbers(of tokens: [String]) -> [Int32] {
        let numbers = vocabulary.sentence(tokens)
        return isReversed ? numbers.reversed() : numbers
    }

    /// The words that tokens make.
    public func words(joining tokens: [String]) -> [String] {
        encoding == nil ? tokens : BytePairEncoding.undo(tokens)
    }

    /// Words as a text to read.
    public func text(of words: [String]) -> String { tokenizer.text(of: words) }

    /// Tokens in runs of `count`; a word that is cut into pieces stays in one run, unless it has as many again.
    ///
    /// - Traps: when `count` is not positive.
    public func parts(of tokens: [String], atMost count: Int) -> [[String]] {
        check(count > 0, "TextPipeline: parts of \(count) tokens")
        var parts: [[String]] = [[]]
        for token in tokens {
            let last = parts[parts.count - 1]
            let isWhole = last.last.map(BytePairEncoding.isContinued) != true
            if last.count >= count && isWhole || last.count >= 2 * count { parts.append([]) }
            parts[parts.count - 1].append(token)
        }
        return parts
    }
}

extension TextPipeline: Codable {
    private enum CodingKeys: String, CodingKey {
        case lowercased, merges, vocabulary, reversed
    }

    /// Decodes a pipeline.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let merges = try container.decodeIfPresent([[String]].self, forKey: .merges)
        guard merges?.allSatisfy({ $0.count == 2 }) ?? true else {
            throw DecodingError.dataCorruptedError(
                forKey: .merges, in: container, debugDescription: "a merge is not two tokens")
        }
        self.init(
            Tokenizer(lowercased: try container.decode(Bool.self, forKey: .lowercased)),
            try container.decode(Vocabulary<String>.self, forKey: .vocabulary),
            encoding: merges.map { BytePairEncoding(merges: $0.map { BytePairEncoding.Merge($0[0], $0[1]) }) },
            isReversed: try container.decode(Bool.self, forKey: .reversed))
    }

    /// Encodes the pipeline.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tokenizer.lowercased, forKey: .lowercased)
        try container.encodeIfPresent(encoding?.merges.map { [$0.left, $0.right] }, forKey: .merges)
        try container.encode(vocabulary, forKey: .vocabulary)
        try container.encode(isReversed, forKey: .reversed)
    }
}
