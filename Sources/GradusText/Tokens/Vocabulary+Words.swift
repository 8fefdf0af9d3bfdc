import Gradus

extension Vocabulary where Token == String {
    /// The token for unknown words.
    public static var unknownWord: String { "<unk>" }

    /// The most frequent words of some sentences, the most frequent first; equally frequent ones in Unicode's order.
    ///
    /// - Parameters:
    ///   - special: tokens that come first, such as `<pad>`; ``unknownWord`` follows them.
    ///   - minimumCount: rarer words are unknown.
    ///   - limit: the most tokens that the vocabulary may have.
    public init(
        wordsOf sentences: some Sequence<[String]>, special: [String] = [], minimumCount: Int = 1, limit: Int = .max
    ) {
        var counts = wordCounts(of: sentences)
        var first: [String] = []
        for token in special + [Self.unknownWord] where !first.contains(token) { first.append(token) }
        for token in first { counts[token.key] = nil }
        let frequent = counts.filter { $0.value >= minimumCount }
            .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        let words = frequent.prefix(max(0, limit - first.count)).map(\.key.text)
        self.init(first + words, unknown: Self.unknownWord)!
    }
}

extension Vocabulary where Token == String {
    /// The vocabulary of one language: the special words, then the most frequent ones of some sentences; equally frequent
    /// ones in Unicode's order.
    ///
    /// - Parameters:
    ///   - minimumCount: rarer words are unknown.
    ///   - limit: the most words that the vocabulary may have, special ones included.
    public init(translating sentences: some Sequence<[String]>, minimumCount: Int = 1, limit: Int = .max) {
        self.init(wordsOf: sentences, special: SpecialToken.all, minimumCount: minimumCount, limit: limit)
    }

    /// Whether the special words have their numbers.
    public var isForTranslation: Bool { Array(tokens.prefix(4)) == SpecialToken.all }

    /// The numbers of a sentence's words, ``SpecialToken/unknown`` for unknown ones.
    public func sentence(_ words: some Sequence<String>) -> [Int32] {
        words.map { number(of: $0) ?? SpecialToken.unknown }
    }

    /// The words with the given numbers.
    ///
    /// - Traps: when a number is outside the vocabulary.
    public func words(of numbers: some Sequence<Int32>) -> [String] { numbers.map { self[$0] } }
}
