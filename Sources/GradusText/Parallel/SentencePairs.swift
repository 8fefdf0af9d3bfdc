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
    public init(source: [[Int32]], target: [[Int32]], file: StaticString = #fileID, line: UInt = #line) {
        check(
            source.count == target.count, "SentencePairs: \(source.count) sentences, \(target.count) translations",
            file,
            line)
        (self.source, self.target) = (source, target)
    }

    /// The words of `pairs` in the numbers of two vocabularies.
    ///
    /// - Traps: when the special words of a vocabulary are not in their places.
    public init(
        _ pairs: TokenPairs, source: Vocabulary<String>, target: Vocabulary<String>, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        check(
            source.isForTranslation && target.isForTranslation,
            "SentencePairs: \(SpecialWord.all) must come first in both vocabularies", file, line)
        self.init(source: pairs.source.map(source.sentence), target: pairs.target.map(target.sentence))
    }

    /// Some of the pairs.
    public subscript(_ chosen: some Sequence<Int>) -> SentencePairs {
        let places = Array(chosen)
        return SentencePairs(source: places.map { source[$0] }, target: places.map { target[$0] })
    }
}
