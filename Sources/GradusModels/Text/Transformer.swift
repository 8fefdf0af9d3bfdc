import Foundation
import Gradus

/// A translator without recurrence: every position looks at every other at once (Vaswani et al. 2017), with normalization
/// before each part instead of behind it (Xiong et al. 2020).
///
/// Source `[N, S]`, translations `[N, T]`, positions `[N, S, D]` and `[N, T, D]`. The position of a word is encoded by
/// sines and cosines that are added to its vector.
public struct Transformer: TranslationModel {
    /// A source that has been read.
    struct Encoded {
        /// `[N, S]`
        let mask: Tensor<Bool>
        /// Keys and values for each layer of the decoder.
        let layers: [MultiHeadAttention.Source]
    }

    /// The state of the decoder between two words.
    public struct State {
        let encoded: Encoded
        /// Which of the sentences each row looks at; `nil` where they belong together in order.
        var sentences: Tensor<Int32>?
        /// Keys and values of the words so far, for each layer: each is computed once.
        var past: [KeyValueCache]
        /// The number of words so far.
        var length: Int
    }

    /// What the network is made of.
    public let options: Options
    /// A vector for each word of the source, `[V', D]`.
    public let sourceEmbedding: Embedding
    /// A vector for each word of the translation, `[V, D]`.
    public let targetEmbedding: Embedding
    let encoder: [TransformerBlock]
    let encoderNorm: LayerNorm
    let decoder: [TransformerBlock]
    let decoderNorm: LayerNorm
    /// From positions to scores, `[D, V]`; `nil` where the words' vectors serve for that too.
    public let output: Parameter?

    /// A network for vocabularies of the given sizes.
    ///
    /// - Traps: when the options contradict one another, or shared embeddings have two vocabularies.
    public init(_ options: Options = Options(), sourceVocabulary: Int, targetVocabulary: Int) {
        check(options.problem == nil, "Transformer: \(options.problem ?? "")")
        check(
            !options.sharesEmbeddings || sourceVocabulary == targetVocabulary,
            "Transformer: shared embeddings need one vocabulary, got \(sourceVocabulary) and \(targetVocabulary) words")
        self.options = options
        let d = options.features
        // Multiplied by √D when they are read, the vectors are of the size of the sines and cosines added to them.
        let initializer = Initializer.normal(deviation: 1 / Double(d).squareRoot())
        sourceEmbedding = Embedding(sourceVocabulary, d, initializer: initializer)
        targetEmbedding =
            options.sharesEmbeddings
            ? sourceEmbedding : Embedding(targetVocabulary, d, initializer: initializer)
        encoder = (0..<options.layers).map { _ in TransformerBlock(options, looksAtSource: false) }
        encoderNorm = LayerNorm(d)
        decoder = (0..<options.layers).map { _ in TransformerBlock(options, looksAtSource: true) }
        decoderNorm = LayerNorm(d)
        output =
            options.tiesOutput
            ? nil : Parameter(Initializer.glorotUniform([d, targetVocabulary], fanIn: d, fanOut: targetVocabulary))
    }

    /// Logits and labels of a batch.
    public func scores(_ batch: PairBatch, _ pass: Pass) -> (logits: Tensor<Float>, labels: Tensor<Int32>) {
        let encoded = read(batch.source, mask: batch.sourceMask, pass)
        var x = vectors(targetEmbedding, batch.targetInput, from: 0, pass)
        for (block, keys) in zip(decoder, encoded.layers) {
            x = block(x, encoded, keys, pass)
        }
        let positions = batch.targetMask.truePositions
        let counted = x.reshaped(to: [-1, options.features]).gathering(positions)
        return (logits(decoderNorm(counted, pass)), batch.targetOutput.reshaped(to: [-1]).gathering(positions))
    }

    /// The decoder's state before the first token.
    public func begin(_ source: Tensor<Int32>, mask: Tensor<Bool>) -> State {
        let past = decoder.map { _ in KeyValueCache() }
        return State(encoded: read(source, mask: mask, .inference), sentences: nil, past: past, length: 0)
    }

    /// One step of the decoder.
    public func step(
        _ words: Tensor<Int32>, _ state: State
    ) -> (logProbabilities: Tensor<Float>, alignments: Tensor<Float>?, state: State) {
        var next = state
        var x = vectors(targetEmbedding, words.expandingShape(at: 1), from: state.length, .inference)
        var weights: Tensor<Float>?
        for (layer, block) in decoder.enumerated() {
            (x, weights) = block.next(
                x, past: &next.past[layer], state.encoded, state.encoded.layers[layer], rows: state.sentences)
        }
        next.length += 1
        let logits = logits(decoderNorm(x.squeezingShape(at: 1), .inference))
        return (logits.logSoftmax(), weights?.mean(axes: [1]).squeezingShape(at: 1), next)
    }

    /// The state of the given rows.
    public func select(_ rows: Tensor<Int32>, of state: State) -> State {
        State(
            encoded: state.encoded, sentences: state.sentences?.gathering(rows) ?? rows,
            past: state.past.map { $0.gathering(rows) }, length: state.length)
    }

    private func read(_ source: Tensor<Int32>, mask: Tensor<Bool>, _ pass: Pass) -> Encoded {
        var x = vectors(sourceEmbedding, source, from: 0, pass)
        for block in encoder { x = block(x, mask: mask, pass) }
        let read = encoderNorm(x, pass)
        return Encoded(mask: mask, layers: decoder.map { $0.source!.source(read, pass) })
    }

    /// Words `[N, T]`, the first at position `first`, as vectors with their positions.
    private func vectors(_ embedding: Embedding, _ words: Tensor<Int32>, from first: Int, _ pass: Pass) -> Tensor<Float>
    {
        let positions = sinusoidalPositions(first..<(first + words.shape[1]), options.features)
        return dropped(embedding(words) * Float(options.features).squareRoot() + positions, options.dropout, pass)
    }

    private func logits(_ positions: Tensor<Float>) -> Tensor<Float> {
        if let output { return linear(positions, output.value) }
        return matmul(positions, targetEmbedding.weight.value, transposeB: true)
    }
}

extension Transformer: ConfiguredModel {
    /// Options and sizes of the vocabularies.
    public var configuration: TranslatorConfiguration<Options> {
        TranslatorConfiguration(
            options: options, sourceVocabulary: sourceEmbedding.weight.stored.shape[0],
            targetVocabulary: targetEmbedding.weight.stored.shape[0])
    }

    /// A network with new weights.
    public init(configuration: TranslatorConfiguration<Options>) throws {
        let c = configuration
        try c.check(c.options.problem, sharesEmbeddings: c.options.sharesEmbeddings)
        self.init(c.options, sourceVocabulary: c.sourceVocabulary, targetVocabulary: c.targetVocabulary)
    }
}

/// The vectors that encode the positions of words, `[T, D]`: `sin(t / 10000^(2i/D))` in the first half of the features and the
/// cosine in the second, for i in `0..<D/2`.
public func sinusoidalPositions(_ positions: Range<Int>, _ features: Int) -> Tensor<Float> {
    let half = features / 2
    let rates = (0..<half).map { pow(10_000, -Double($0) / Double(half)) }
    return Tensor(
        positions.flatMap { t in
            rates.map { Float(sin(Double(t) * $0)) } + rates.map { Float(cos(Double(t) * $0)) }
        }, shape: [positions.count, features])
}

extension Transformer {
    /// All that decides the shape of a network but the vocabularies.
    public struct Options: Codable, Equatable, Sendable {
        /// Layers of the encoder, and as many of the decoder.
        public var layers = 3
        /// The length D of a position's vector.
        public var features = 256
        /// How many heads an attention has.
        public var heads = 8
        /// The units between the two layers of a position's own network.
        public var hidden = 1024
        /// The probability with which elements are dropped in training: of embeddings, and of what is added to them.
        public var dropout = 0.1
        /// Whether a word's score is the product with its vector.
        public var tiesOutput = true
        /// Whether both languages have one table of vectors, which needs one vocabulary.
        public var sharesEmbeddings = false

        /// The options of the preset `transformer`.
        public init() {}

        /// What is wrong with the options, for a reader; `nil` when nothing is.
        public var problem: String? {
            if !(1...24).contains(layers) { return "layers must be 1 to 24, got \(layers)" }
            if features < 2 || hidden < 1 || max(features, hidden) > 16_384 {
                return "features and hidden must be at most 16384, got \(features) and \(hidden)"
            }
            if heads < 1 || features % heads != 0 || features % 2 != 0 {
                return "\(features) features do not fall into \(heads) heads, or are not even"
            }
            if !(dropout >= 0 && dropout < 1) { return "the dropout rate must be in 0..<1, got \(dropout)" }
            return nil
        }
    }
}
