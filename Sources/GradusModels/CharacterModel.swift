import Gradus

/// A network that predicts the next character of a text (as in char-rnn): recurrent layers over the characters, and a
/// score for each character of the alphabet.
///
/// Input indices `[N, T]`, output logits `[N, T, V]`. With 65 characters and 2 × 128 LSTM units it has 240,321 weights.
/// In training, dropout lies between the recurrent layers and before the output (Zaremba et al. 2014).
public struct CharacterModel: Module {
    /// The kinds of recurrent layers.
    public enum Cell: String, CaseIterable, Sendable {
        /// The plain recurrent network with tanh.
        case rnn
        /// Long short-term memory.
        case lstm
        /// Gated recurrent units.
        case gru
    }

    /// A vector for each character, `[V, E]`; without it, layers see characters as one-hot vectors.
    public let embedding: Embedding?
    /// The recurrent layers.
    public let recurrent: any RecurrentLayer
    /// From the top layer's state to one score a character; `nil` where the embedding's vectors serve for that too.
    public let output: Dense?
    /// Added to the scores of a tied output, `[V]`.
    public let outputBias: Parameter?
    /// The number V of characters.
    public let vocabulary: Int
    private let topDropout: Dropout

    /// A model of `layers` layers of `units` units.
    ///
    /// - Parameters:
    ///   - embedding: the length E of a character's vector; `nil` for one-hot vectors.
    ///   - tiesOutput: whether a character's score is the product of the top state with its embedding (Press & Wolf
    ///     2016), which needs E = `units`.
    ///   - dropout: the probability with which elements between layers are dropped in training.
    ///   - forgetBias: added to the bias of an LSTM's forget gate.
    /// - Traps: when a size is not positive, or a tied output has no embedding of the right length.
    public init(
        vocabulary: Int, cell: Cell = .lstm, units: Int = 128, layers: Int = 2, embedding: Int? = nil,
        tiesOutput: Bool = false, dropout: Double = 0, forgetBias: Float = 1
    ) {
        check(
            !tiesOutput || embedding == units,
            "CharacterModel: a tied output needs an embedding of \(units) numbers, got "
                + (embedding.map { "\($0)" } ?? "none"))
        self.vocabulary = vocabulary
        // A tied output multiplies the vectors with states of about unit length.
        let deviation = tiesOutput ? (1 / Double(units)).squareRoot() : 1
        self.embedding = embedding.map {
            Embedding(vocabulary, $0, initializer: .normal(deviation: deviation))
        }
        let inputs = embedding ?? vocabulary
        switch cell {
        case .rnn: recurrent = SimpleRNN(inputs, units, layers: layers, dropout: dropout)
        case .gru: recurrent = GRU(inputs, units, layers: layers, dropout: dropout)
        case .lstm:
            recurrent = LSTM(inputs, units, layers: layers, dropout: dropout, forgetBias: forgetBias)
        }
        output = tiesOutput ? nil : Dense(units, vocabulary)
        outputBias = tiesOutput ? Parameter(Tensor(zeros: [vocabulary])) : nil
        topDropout = Dropout(dropout)
    }

    /// The scores of the character after each one, and the state after the last.
    ///
    /// - Parameters:
    ///   - characters: `[N, T]`, each in `0..<V`.
    ///   - state: where to begin; `nil` for zeros.
    public func callAsFunction(
        _ characters: Tensor<Int32>, state: RecurrentState?, _ pass: Pass
    ) -> (logits: Tensor<Float>, state: RecurrentState) {
        let (values, next) =
            embedding.map { recurrent(tokens: characters, embeddedBy: $0, state: state, pass) }
            ?? recurrent(tokens: characters, state: state, pass)
        return (scores(topDropout(values, pass), pass), next)
    }

    func scores(_ values: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        if let output { return output(values, pass) }
        return matmul(values, embedding!.weight.value, transposeB: true) + outputBias!.value
    }
}
