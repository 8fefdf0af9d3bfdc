import Gradus

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
