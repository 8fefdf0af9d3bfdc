import Gradus

/// Sentences of different lengths as one tensor: short ones are filled up with ``SpecialWord/padding``.
public struct PaddedSentences: Sendable {
    /// The words, `[N, S]`.
    public let words: Tensor<Int32>
    /// The number of words of each sentence, `[N]`.
    public let lengths: Tensor<Int32>
    /// Which positions are words, `[N, S]`.
    public let mask: Tensor<Bool>

    /// A tensor of the given sentences; S is the length of the longest, at least 1.
    public init(_ sentences: [[Int32]]) {
        let width = max(1, sentences.map(\.count).max() ?? 0)
        var words = [Int32](repeating: SpecialWord.padding, count: sentences.count * width)
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
