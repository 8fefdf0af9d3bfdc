/// A network that writes one token at a time, for a batch of sequences: what greedy and beam search run on.
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
