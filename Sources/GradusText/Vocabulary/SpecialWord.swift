/// The words of a translation's vocabularies that are none: they have the same numbers in all of them.
public enum SpecialWord {
    /// Fills short sentences of a batch up.
    public static let padding: Int32 = 0
    /// Stands for words that a vocabulary does not have.
    public static let unknown: Int32 = 1
    /// What a decoder reads before the first word.
    public static let start: Int32 = 2
    /// What follows the last word.
    public static let end: Int32 = 3

    /// How they are written, in the order of their numbers.
    public static let all = ["<pad>", "<unk>", "<s>", "</s>"]
}

extension Vocabulary where Token == String {
    /// The vocabulary of one language: the special words, then the most frequent ones of some sentences; equally frequent
    /// ones in Unicode's order.
    ///
    /// - Parameters:
    ///   - minimumCount: words that are rarer are unknown.
    ///   - limit: the most words that the vocabulary may have, special ones included.
    public init(translating sentences: some Sequence<[String]>, minimumCount: Int = 1, limit: Int = .max) {
        self.init(wordsOf: sentences, special: SpecialWord.all, minimumCount: minimumCount, limit: limit)
    }

    /// Whether the special words have their numbers.
    public var isForTranslation: Bool { Array(tokens.prefix(4)) == SpecialWord.all }

    /// The numbers of a sentence's words, ``SpecialWord/unknown`` for those that are not known.
    public func sentence(_ words: some Sequence<String>) -> [Int32] {
        words.map { number(of: $0) ?? SpecialWord.unknown }
    }

    /// The words that numbers stand for.
    ///
    /// - Traps: when a number is none of the vocabulary.
    public func words(of numbers: some Sequence<Int32>) -> [String] { numbers.map { self[$0] } }
}
