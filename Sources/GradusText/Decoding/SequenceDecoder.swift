import Gradus

/// A network that writes word by word: what ``greedySearch(_:from:sourceLengths:_:)`` and
/// ``beamSearch(_:from:sourceLengths:_:recorder:)`` walk over, many sentences at once.
///
/// R is the number of beginnings, V of words, S the longest source's length.
public protocol SequenceDecoder {
    /// Where the network stands after the words so far, in each of R rows, with what it looks at.
    associatedtype State

    /// What follows after one more word in each row.
    ///
    /// - Parameters:
    ///   - words: `[R]`.
    /// - Returns: the logarithms of the next words' probabilities, `[R, V]`; the weights with which each row has looked at
    ///   its source, `[R, S]`, if it looks; the next state.
    func step(_ words: Tensor<Int32>, _ state: State) -> (
        logProbabilities: Tensor<Float>, alignments: Tensor<Float>?, state: State
    )

    /// The given rows of a state, `[R']`, in this order, some perhaps more than once.
    func rows(_ rows: Tensor<Int32>, of state: State) -> State
}
