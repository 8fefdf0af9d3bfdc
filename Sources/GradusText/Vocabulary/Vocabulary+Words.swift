/// Vocabularies of words.
extension Vocabulary where Symbol == String {
    /// Stands for words that a vocabulary does not have.
    public static var unknownWord: String { "<unk>" }

    /// The most frequent words of some sentences, the most frequent first; equally frequent ones in Unicode's order.
    ///
    /// - Parameters:
    ///   - special: symbols that come first, whatever the sentences hold, as `<pad>`; ``unknownWord`` follows them.
    ///   - minimumCount: words that are rarer are unknown.
    ///   - limit: the most symbols that the vocabulary may have.
    public init(
        wordsOf sentences: some Sequence<[String]>, special: [String] = [], minimumCount: Int = 1, limit: Int = .max
    ) {
        var counts: [String: Int] = [:]
        for sentence in sentences { for word in sentence { counts[word, default: 0] += 1 } }
        var first: [String] = []
        for symbol in special + [Self.unknownWord] where !first.contains(symbol) { first.append(symbol) }
        for symbol in first { counts[symbol] = nil }
        let frequent = counts.filter { $0.value >= minimumCount }
            .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        let words = frequent.prefix(max(0, limit - first.count)).map(\.key)
        self.init(first + words, unknown: Self.unknownWord)!
    }
}

extension StringProtocol {
    /// The words and punctuation marks of a text: runs of letters, digits, marks and underscores, and every other
    /// character that is no blank by itself.
    public var words: [String] {
        var found: [String] = []
        var word = ""
        for character in self {
            if character.isWordPart {
                word.append(character)
                continue
            }
            if !word.isEmpty { found.append(word) }
            word = ""
            if !character.isWhitespace { found.append(String(character)) }
        }
        return word.isEmpty ? found : found + [word]
    }
}
