import Gradus

/// A decoder that looks at the source at every step: an LSTM fed with the last word and the last attentional state,
/// Luong's general attention over the source, and their combination
/// `h̃ = tanh([context, h] W)` (Luong, Pham & Manning 2015, with input feeding).
///
/// E is the embedding's length, H the decoder's, S the source states' length, V the vocabulary.
public struct AttentionDecoder: Module {
    /// The state between two steps.
    public struct State {
        /// The LSTM's state.
        public var recurrent: RecurrentState
        /// h̃ of the last step, `[N, H]`.
        public var attentional: Tensor<Float>
    }

    /// A vector for each word.
    public let embedding: Embedding
    /// Runs over words and attentional states.
    public let recurrent: LSTM
    /// Looks at the source.
    public let attention: GeneralAttention
    /// Joins context and state.
    public let combination: Dense
    /// From h̃ to one score a word.
    public let output: Dense

    /// A decoder of the given sizes.
    public init(vocabulary: Int, embedding: Int, units: Int, source: Int, layers: Int = 1) {
        self.embedding = Embedding(vocabulary, embedding, initializer: .uniform(-0.1, 0.1))
        recurrent = LSTM(embedding + units, units, layers: layers)
        attention = GeneralAttention(queries: units, keys: source)
        combination = Dense(source + units, units, activation: .tanh, useBias: false)
        output = Dense(units, vocabulary)
    }

    /// A state of zeros for a batch of `rows`.
    public func zeroState(_ rows: Int) -> State {
        State(recurrent: recurrent.zeroState(rows), attentional: Tensor(zeros: [rows, recurrent.units]))
    }

    /// One step.
    ///
    /// - Parameters:
    ///   - words: the last words, `[N]`.
    ///   - source: the encoder's states, `[N, S', S]`.
    ///   - mask: which of them are words, `[N, S']`.
    /// - Returns: h̃, `[N, H]`, from which ``output`` makes logits; the weights on the source, `[N, S']`; the next state.
    public func step(
        _ words: Tensor<Int32>, _ state: State, source: Tensor<Float>, mask: Tensor<Bool>? = nil, _ pass: Pass
    ) -> (attentional: Tensor<Float>, weights: Tensor<Float>, state: State) {
        let input = Tensor.concatenated([embedding(words), state.attentional], axis: 1)
        let (hidden, next) = recurrent.step(input, state.recurrent, pass)
        let (context, weights) = attention(
            hidden.expandingShape(at: 1), keys: source, values: source, mask: mask?.expandingShape(at: 1))
        let joined = Tensor.concatenated([context.squeezingShape(at: 1), hidden], axis: 1)
        let attentional = combination(joined, pass)
        return (attentional, weights.squeezingShape(at: 1), State(recurrent: next, attentional: attentional))
    }
}
