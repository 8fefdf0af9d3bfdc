import Gradus

/// A network that predicts the next character of a text (as in char-rnn): recurrent layers over the characters, and a
/// score for each character of the alphabet.
///
/// Input indices `[N, T]`, output logits `[N, T, V]`. With 65 characters and 2 × 128 LSTM units it has 240,321 weights.
/// Training passes apply dropout between the recurrent layers and before the output (Zaremba et al. 2014).
public struct CharacterModel: Module {
    /// The sizes and choices that make a network.
    public struct Configuration: Codable, Equatable, Sendable {
        /// The number V of characters.
        public var vocabulary: Int
        /// The kind of recurrent layers.
        public var cell: RecurrentKind
        /// Numbers in the state of a layer.
        public var units: Int
        /// Recurrent layers.
        public var layers: Int
        /// The length E of a character's vector; `nil` for one-hot vectors.
        public var embedding: Int?
        /// Whether a character's score is the product of the top state with its embedding.
        public var tiesOutput: Bool
        /// The probability with which elements between layers are dropped in training.
        public var dropout: Double
        /// Added to the bias of an LSTM's forget gate.
        public var forgetBias: Float
    }

    /// What the network was made from.
    public let configuration: Configuration
    /// A vector for each character, `[V, E]`; without it, layers see characters as one-hot vectors.
    public let embedding: Embedding?
    /// The recurrent layers.
    public let recurrent: any RecurrentLayer
    /// From the top layer's state to one score per character; `nil` with tied embeddings.
    public let output: Dense?
    /// Added to the scores of a tied output, `[V]`.
    public let outputBias: Parameter?
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
        vocabulary: Int, cell: RecurrentKind = .lstm, units: Int = 128, layers: Int = 2, embedding: Int? = nil,
        tiesOutput: Bool = false, dropout: Double = 0, forgetBias: Float = 1
    ) {
        check(
            !tiesOutput || embedding == units,
            "CharacterModel: a tied output needs an embedding of \(units) numbers, got "
                + (embedding.map { "\($0)" } ?? "none"))
        configuration = Configuration(
            vocabulary: vocabulary, cell: cell, units: units, layers: layers, embedding: embedding,
            tiesOutput: tiesOutput, dropout: dropout, forgetBias: forgetBias)
        // A tied output multiplies the vectors with states of about unit length.
        let deviation = tiesOutput ? (1 / Double(units)).squareRoot() : 1
        self.embedding = embedding.map {
            Embedding(vocabulary, $0, initializer: .normal(deviation: deviation))
        }
        let inputs = embedding ?? vocabulary
        switch cell {
        case .tanh, .relu:
            recurrent = SimpleRNN(inputs, units, layers: layers, usesRelu: cell == .relu, dropout: dropout)
        case .gru: recurrent = GRU(inputs, units, layers: layers, dropout: dropout)
        case .lstm:
            recurrent = LSTM(inputs, units, layers: layers, dropout: dropout, forgetBias: forgetBias)
        }
        output = tiesOutput ? nil : Dense(units, vocabulary)
        outputBias = tiesOutput ? Parameter(Tensor(zeros: [vocabulary])) : nil
        topDropout = Dropout(dropout)
    }

    /// The number V of characters.
    public var vocabulary: Int { configuration.vocabulary }

    /// The scores of the character after each one, and the state after the last.
    ///
    /// - Parameters:
    ///   - characters: `[N, T]`, each in `0..<V`.
    ///   - state: the state before the first character; `nil` for zeros.
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

extension CharacterModel: ConfiguredModel {
    /// A network with new weights.
    public init(configuration: Configuration) throws {
        let c = configuration
        let sizes = [c.vocabulary, c.units, c.layers, c.embedding ?? 1]
        try InvalidConfiguration.check(
            sizes.allSatisfy { (1...1_000_000).contains($0) } && c.layers <= 64 && (0..<1).contains(c.dropout)
                && c.forgetBias.isFinite && (!c.tiesOutput || c.embedding == c.units),
            "CharacterModel: no network has the configuration \(c)")
        self.init(
            vocabulary: c.vocabulary, cell: c.cell, units: c.units, layers: c.layers, embedding: c.embedding,
            tiesOutput: c.tiesOutput, dropout: c.dropout, forgetBias: c.forgetBias)
    }
}

extension CharacterModel {
    /// How strongly a prediction depends on the network's state some steps before: the norm of the loss's gradient with
    /// respect to the state, `‖∂ loss(T) / ∂ (h, c)(T − k)‖`, the root mean square over the rows, for k = 0, 1, …, T − 1.
    ///
    /// The state includes all layers, as it passes from one step to the next.
    ///
    /// - Parameters:
    ///   - characters: `[N, T]`, each in `0..<V`.
    ///   - targets: the character after the last one of each row, `[N]`.
    /// - Traps: when the shapes disagree.
    public func gradientNorms(_ characters: Tensor<Int32>, targets: Tensor<Int32>) -> [Double] {
        check(
            characters.rank == 2 && targets.shape == [characters.shape[0]],
            "gradientNorms: expected characters [N, T] and targets [N], got \(characters.shape) and \(targets.shape)")
        let (rows, steps) = (characters.shape[0], characters.shape[1])
        let start = recurrent.zeroState(rows)
        // Zeros added to the state after each step; their gradient is the state's.
        let parts = start.hidden.count + start.cell.count
        let zeros = Array(repeating: Tensor<Float>(zeros: [rows, recurrent.units]), count: parts * steps)
        let (_, gradients) = valueWithGradient(at: zeros) { added in
            var state = start
            for step in 0..<steps {
                let tokens = characters.slice(axis: 1, step..<(step + 1)).squeezingShape(at: 1)
                let input = embedding.map { $0(tokens) } ?? tokens.oneHot(vocabulary)
                state = recurrent.step(input, state, .inference).state
                let own = added[(step * parts)..<((step + 1) * parts)]
                state.hidden = zip(state.hidden, own).map { $0 + $1 }
                state.cell = zip(state.cell, own.dropFirst(state.hidden.count)).map { $0 + $1 }
            }
            let logits = scores(state.hidden[state.hidden.count - 1], .inference)
            // Rows are independent, so the sum's gradient is each row's gradient.
            return softmaxCrossEntropy(logits, targets) * Float(rows)
        }
        return (0..<steps).map { lag in
            let step = steps - 1 - lag
            let squares = gradients[(step * parts)..<((step + 1) * parts)].map {
                Double($0.squared().sum().item)
            }
            return (squares.reduce(0, +) / Double(max(1, rows))).squareRoot()
        }
    }
}

extension CharacterModel: SequenceDecoder {
    /// The state after a text, one row: the start of a search for its continuation.
    public func begin(_ text: [Int32]) -> RecurrentState {
        text.isEmpty ? recurrent.zeroState(1) : self(Tensor([text]), state: nil, .inference).state
    }

    /// The log-probabilities of the next characters after one more in each row, without alignments.
    public func step(
        _ tokens: Tensor<Int32>, _ state: RecurrentState
    ) -> (logProbabilities: Tensor<Float>, alignments: Tensor<Float>?, state: RecurrentState) {
        let (logits, next) = self(tokens.expandingShape(at: 1), state: state, .inference)
        return (logits.squeezingShape(at: 1).logSoftmax(), nil, next)
    }

    /// The state of the given rows.
    public func select(_ rows: Tensor<Int32>, of state: RecurrentState) -> RecurrentState { state.gathering(rows) }
}

/// Generates text with a ``CharacterModel``, one character at a time: the same scores as the model's for one text, without
/// recording and without allocating.
///
/// ```swift
/// let decoder = CharacterDecoder(model)
/// decoder.read(alphabet.encode("ROMEO:"))
/// let next = decoder.withLogits(sampler.draw)
/// ```
public final class CharacterDecoder {
    /// The recurrent layers, whose state can be inspected, saved and restored.
    public let recurrent: RecurrentDecoder
    private let embedding: Tensor<Float>?
    private let output: VectorLinear
    private var logits: [Float]

    /// A decoder in zero state with the current values of the model's weights.
    public init(_ model: CharacterModel) {
        recurrent = RecurrentDecoder(model.recurrent)
        embedding = model.embedding?.weight.value.detached()
        if let dense = model.output {
            output = VectorLinear(dense.weight.value, dense.bias?.value)
        } else {
            output = VectorLinear(model.embedding!.weight.value, model.outputBias?.value, isTransposed: true)
        }
        logits = Array(repeating: 0, count: model.vocabulary)
    }

    /// Reads one character.
    ///
    /// - Traps: when it is outside `0..<V`.
    public func read(_ character: Int32) {
        guard let embedding else { return recurrent.step(oneHot: Int(character)) }
        let (rows, width) = (embedding.shape[0], embedding.shape[1])
        check(character >= 0 && character < rows, "CharacterDecoder: character \(character) of \(rows)")
        let start = Int(character) * width
        embedding.withUnsafeElements { recurrent.step($0.span.extracting(start..<(start + width))) }
    }

    /// Reads characters one after another.
    public func read(_ characters: some Sequence<Int32>) {
        for character in characters { read(character) }
    }

    /// Calls `body` with the scores of the next character, `[V]`.
    public func withLogits<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        logits.withUnsafeMutableBufferPointer { scores in
            recurrent.withOutput { $0.withUnsafeBufferPointer { output($0, into: scores) } }
        }
        return try logits.withUnsafeBufferPointer(body)
    }

    /// The logarithms of the next character's probabilities, `[V]`.
    public func logProbabilities() -> [Float] {
        Tensor(withLogits { Array($0) }).logSoftmax().scalars
    }
}
