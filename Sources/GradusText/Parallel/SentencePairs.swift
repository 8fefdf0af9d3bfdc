import Gradus

/// Pairs of sentences as numbers of words, without start and end.
public struct SentencePairs: Sendable {
    /// The words of each sentence.
    public let source: [[Int32]]
    /// The words of their translations.
    public let target: [[Int32]]

    /// The number of pairs.
    public var count: Int { source.count }

    /// Pairs of the given sentences.
    ///
    /// - Traps: when they differ in number.
    public init(source: [[Int32]], target: [[Int32]]) {
        check(source.count == target.count, "SentencePairs: \(source.count) sentences, \(target.count) translations")
        (self.source, self.target) = (source, target)
    }

    /// The words of `pairs` in the numbers of two vocabularies.
    ///
    /// - Traps: when the special words of a vocabulary are not in their positions.
    public init(_ pairs: TokenPairs, source: Vocabulary<String>, target: Vocabulary<String>) {
        check(
            source.isForTranslation && target.isForTranslation,
            "SentencePairs: \(SpecialWord.all) must come first in both vocabularies")
        self.init(source: pairs.source.map(source.sentence), target: pairs.target.map(target.sentence))
    }

    /// Some of the pairs.
    public subscript(_ chosen: some Sequence<Int>) -> SentencePairs {
        let positions = Array(chosen)
        return SentencePairs(source: positions.map { source[$0] }, target: positions.map { target[$0] })
    }
}
