import Gradus

extension Seq2Seq {
    /// How the source is read, and which states the decoder's layers begin with.
    public enum Encoder: String, Codable, CaseIterable, Sendable {
        /// From the first word to the last; each layer's state begins the decoder's layer of the same index.
        case unidirectional
        /// Each layer in both directions, each half as wide; both states, concatenated, begin the decoder's layer.
        case bidirectional
        /// Half as many layers, each direction of full width; their states begin the decoder's layers alternately: forward,
        /// reverse, forward, … (tensorflow/nmt).
        case alternating
        /// The lowest layer in both directions of full width, the others forward; the lowest layer's reverse state and the
        /// others' states begin the decoder (Wu et al. 2016).
        case gnmt
    }

    /// Where a decoder's attention is.
    public enum Wiring: String, Codable, CaseIterable, Sendable {
        /// Above the top layer.
        case standard
        /// Above the lowest layer; the others see the context of the step before (Wu et al. 2016).
        case gnmt
        /// Above the lowest layer; the others see the context of the same step.
        case gnmt2 = "gnmt_v2"
    }

    /// The configuration of a network, except the vocabularies.
    public struct Options: Codable, Equatable, Sendable {
        /// The kind of the recurrent layers.
        public var cell = RecurrentKind.lstm
        /// How the source is read.
        public var encoder = Encoder.bidirectional
        /// Where the decoder's attention is.
        public var wiring = Wiring.standard
        /// The attention over the source; `nil` for none.
        public var attention: SourceAttention.Score? = .luong
        /// Whether h̃ of the last step is read with the next word (always, in a GNMT).
        public var feedsInput = true
        /// The decoder's layers, 1 to 8.
        public var layers = 1
        /// The length of a word's vector.
        public var embedding = 256
        /// The length of a decoder layer's state.
        public var units = 256
        /// Whether layers above the lowest add their input to their output.
        public var isResidual = false
        /// The probability with which elements of embeddings and between layers are dropped in training.
        public var dropout = 0.2
        /// The same before the output.
        public var outputDropout = 0.2
        /// Added to the bias of an LSTM's forget gate.
        public var forgetBias: Float = 0
        /// Weights are drawn evenly from ± this; `nil` for ±1/√inputs, and for words' vectors a normal distribution.
        public var initialRange: Double?
        /// Whether a word's score is the product with its vector, which needs `embedding` = `units`.
        public var tiesOutput = false
        /// Whether both languages have one table of vectors, which needs one vocabulary.
        public var sharesEmbeddings = false

        /// The options of the recipe for Multi30k.
        public init() {}

        /// Why the options are invalid, as a message; `nil` when they are valid.
        public var problem: String? {
            if !(1...8).contains(layers) { return "layers must be 1 to 8, got \(layers)" }
            if embedding < 1 || units < 1 || max(embedding, units) > 8192 {
                return "embedding and units must be 1 to 8192, got \(embedding) and \(units)"
            }
            if encoder == .bidirectional && units % 2 != 0 {
                return "a bidirectional encoder halves the units, got \(units)"
            }
            if encoder == .alternating && layers % 2 != 0 {
                return "an alternating encoder halves the layers, got \(layers)"
            }
            if wiring != .standard && (attention == nil || layers < 2) {
                return "a GNMT needs attention and at least 2 layers"
            }
            if tiesOutput && embedding != units {
                return "a tied output needs embedding = units, got \(embedding) and \(units)"
            }
            for rate in [dropout, outputDropout] where !(rate >= 0 && rate < 1) {
                return "a dropout rate must be in 0..<1, got \(rate)"
            }
            if let initialRange, !(initialRange > 0 && initialRange.isFinite) {
                return "the initial range must be above 0, got \(initialRange)"
            }
            return nil
        }

        /// The rule for a recurrent layer's weights.
        func initializer(_ units: Int) -> Initializer { initialRange.map { .uniform(-$0, $0) } ?? .fanInUniform }
        /// The rule for other matrices.
        var denseInitializer: Initializer { initialRange.map { .uniform(-$0, $0) } ?? .fanInUniform }
        /// The rule for words' vectors; those of a tied output are multiplied with states, and shorter.
        var embeddingInitializer: Initializer {
            initialRange.map { .uniform(-$0, $0) }
                ?? .normal(deviation: tiesOutput ? 1 / Double(embedding).squareRoot() : 1)
        }
    }
}
