import Gradus

/// Pairs of sentences as a network reads them: N pairs, S source and T target positions.
public struct PairBatch: Sendable {
    /// The words to translate, `[N, S]`.
    public let source: Tensor<Int32>
    /// The number of words of each, `[N]`.
    public let sourceLengths: Tensor<Int32>
    /// Which positions of ``source`` are words, `[N, S]`.
    public let sourceMask: Tensor<Bool>
    /// What the decoder reads, `[N, T]`: ``SpecialWord/start``, then the translation.
    public let targetInput: Tensor<Int32>
    /// What it should say, `[N, T]`: the translation, then ``SpecialWord/end``.
    public let targetOutput: Tensor<Int32>
    /// Which positions of ``targetOutput`` count, `[N, T]`.
    public let targetMask: Tensor<Bool>
    /// How many of them count, the ends included.
    public let targetWords: Int
    /// How many positions of ``source`` are words.
    public let sourceWords: Int
    /// The place of each pair in its ``SentencePairs``.
    public let positions: [Int]

    /// The number N of pairs.
    public var count: Int { positions.count }

    /// The pairs at the given positions.
    public init(_ pairs: SentencePairs, _ positions: [Int]) {
        self.positions = positions
        let sources = PaddedSentences(positions.map { pairs.source[$0] })
        (source, sourceLengths, sourceMask) = (sources.words, sources.lengths, sources.mask)
        let outputs = PaddedSentences(positions.map { pairs.target[$0] + [SpecialWord.end] })
        (targetOutput, targetMask) = (outputs.words, outputs.mask)
        targetInput = PaddedSentences(positions.map { [SpecialWord.start] + pairs.target[$0] }).words
        targetWords = positions.reduce(0) { $0 + pairs.target[$1].count + 1 }
        sourceWords = positions.reduce(0) { $0 + pairs.source[$1].count }
    }
}
