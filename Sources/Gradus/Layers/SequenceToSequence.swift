/// The tokens with a fixed meaning; every translation vocabulary begins with them.
public enum SpecialToken {
    /// Pads the short sentences of a batch.
    public static let padding: Int32 = 0
    /// Stands for words that are not in the vocabulary.
    public static let unknown: Int32 = 1
    /// The decoder's first input.
    public static let start: Int32 = 2
    /// Follows the last word.
    public static let end: Int32 = 3

    /// Their spellings, in the order of their ids.
    public static let all = ["<pad>", "<unk>", "<s>", "</s>"]
}

/// Sentences of different lengths as one tensor, padded with ``SpecialToken/padding``.
public struct PaddedSentences: Sendable {
    /// The tokens, `[N, S]`.
    public let words: Tensor<Int32>
    /// The number of tokens of each sentence, `[N]`.
    public let lengths: Tensor<Int32>
    /// True where there is a token, `[N, S]`.
    public let mask: Tensor<Bool>

    /// A tensor of the given sentences; S is the length of the longest, at least 1.
    public init(_ sentences: [[Int32]]) {
        let width = max(1, sentences.map(\.count).max() ?? 0)
        var words = [Int32](repeating: SpecialToken.padding, count: sentences.count * width)
        var mask = [Bool](repeating: false, count: words.count)
        for (row, sentence) in sentences.enumerated() {
            for (column, word) in sentence.enumerated() {
                words[row * width + column] = word
                mask[row * width + column] = true
            }
        }
        self.words = Tensor(words, shape: [sentences.count, width])
        self.mask = Tensor(mask, shape: [sentences.count, width])
        lengths = Tensor(sentences.map { Int32($0.count) })
    }
}

/// A batch of N sentence pairs, with S source and T target positions.
public struct PairBatch: Sendable {
    /// The source sentences, `[N, S]`.
    public let source: Tensor<Int32>
    /// The number of tokens of each, `[N]`.
    public let sourceLengths: Tensor<Int32>
    /// True where ``source`` has a token, `[N, S]`.
    public let sourceMask: Tensor<Bool>
    /// The decoder's input, `[N, T]`: ``SpecialToken/start``, then the translation.
    public let targetInput: Tensor<Int32>
    /// The decoder's labels, `[N, T]`: the translation, then ``SpecialToken/end``.
    public let targetOutput: Tensor<Int32>
    /// True where ``targetOutput`` has a label, `[N, T]`.
    public let targetMask: Tensor<Bool>
    /// The number of labels, ends included.
    public let targetWords: Int
    /// The number of source tokens.
    public let sourceWords: Int
    /// The index of each pair in the data set.
    public let positions: [Int]

    /// The number N of pairs.
    public var count: Int { positions.count }

    /// A batch of the given sentences, without start and end.
    ///
    /// - Parameter positions: the index of each pair in the data set; `nil` for 0, 1, ….
    /// - Traps: when the arrays differ in length.
    public init(source: [[Int32]], target: [[Int32]], positions: [Int]? = nil) {
        check(
            source.count == target.count && positions?.count ?? source.count == source.count,
            "PairBatch: \(source.count) sentences, \(target.count) translations, "
                + "\(positions?.count ?? source.count) positions")
        self.positions = positions ?? Array(source.indices)
        let sources = PaddedSentences(source)
        (self.source, sourceLengths, sourceMask) = (sources.words, sources.lengths, sources.mask)
        let outputs = PaddedSentences(target.map { $0 + [SpecialToken.end] })
        (targetOutput, targetMask) = (outputs.words, outputs.mask)
        targetInput = PaddedSentences(target.map { [SpecialToken.start] + $0 }).words
        targetWords = target.reduce(0) { $0 + $1.count + 1 }
        sourceWords = source.reduce(0) { $0 + $1.count }
    }
}

/// A network that generates one token at a time for a batch of sequences: the interface of greedy and beam search.
///
/// R is the number of rows, V of tokens, S the length of the longest source.
public protocol SequenceDecoder {
    /// The decoder's state after the tokens so far, for R rows, with the encoded sources.
    associatedtype State

    /// Reads one more token in each row.
    ///
    /// - Parameters:
    ///   - tokens: `[R]`.
    /// - Returns: the log-probabilities of the next tokens, `[R, V]`; the attention weights over the source, `[R, S]`, or
    ///   `nil` without attention; the new state.
    func step(_ tokens: Tensor<Int32>, _ state: State) -> (
        logProbabilities: Tensor<Float>, alignments: Tensor<Float>?, state: State
    )

    /// The state of the given rows, `[R']`, in this order; a row may occur more than once.
    func select(_ rows: Tensor<Int32>, of state: State) -> State
}
