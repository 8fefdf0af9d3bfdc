import Gradus

/// What makes a translator: its options, and the sizes of the vocabularies.
public struct TranslatorConfiguration<Options: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    /// All that decides the shape of the network but the vocabularies.
    public var options: Options
    /// Tokens of the source language.
    public var sourceVocabulary: Int
    /// Tokens of the target language.
    public var targetVocabulary: Int

    /// Throws unless a network can have the configuration.
    func check(_ problem: String?, sharesEmbeddings: Bool) throws(InvalidConfiguration) {
        let sizes = [sourceVocabulary, targetVocabulary]
        try InvalidConfiguration.check(
            problem == nil && sizes.allSatisfy { (1...10_000_000).contains($0) }
                && (!sharesEmbeddings || sourceVocabulary == targetVocabulary),
            "no translator has vocabularies of \(sizes) and \(problem ?? "these options")")
    }
}

/// A network that translates: it scores the words of given translations, and it can be searched for new ones.
public protocol TranslationModel: ConfiguredModel, SequenceDecoder {
    /// A vector for each token of the source, `[V', D]`.
    var sourceEmbedding: Embedding { get }

    /// A vector for each token of the translation, `[V, D]`.
    var targetEmbedding: Embedding { get }

    /// The scores of all words that count in a batch's translations, each after the words before it (teacher forcing).
    ///
    /// Padding has no scores: the W words of all pairs follow one another, in an order that the model chooses.
    ///
    /// - Returns: logits `[W, V]`, and the right words, `[W]`.
    func scores(_ batch: PairBatch, _ pass: Pass) -> (logits: Tensor<Float>, labels: Tensor<Int32>)

    /// Reads sentences, and returns the state before the first word of their translations.
    ///
    /// - Parameters:
    ///   - source: `[N, S]`.
    ///   - mask: which positions are words, `[N, S]`.
    func begin(_ source: Tensor<Int32>, mask: Tensor<Bool>) -> State
}

extension TranslationModel {
    /// The sum of the cross-entropies of a batch's words, in nats.
    public func totalLoss(_ batch: PairBatch, smoothing: Double = 0, _ pass: Pass) -> Tensor<Float> {
        let (logits, labels) = scores(batch, pass)
        return softmaxCrossEntropy(logits, labels, smoothing: smoothing, reduction: .sum)
    }
}

extension Tensor where Scalar == Bool {
    /// The positions of the true elements, in row-major order.
    var truePositions: Tensor<Int32> {
        withUnsafeElements { mask in Tensor<Int32>(mask.indices.filter { mask[$0] }.map(Int32.init)) }
    }

    /// How many elements of each row are true.
    var rowCounts: [Int] {
        let width = shape[1]
        return withUnsafeElements { mask in
            (0..<shape[0]).map { row in mask[(row * width)..<((row + 1) * width)].lazy.filter { $0 }.count }
        }
    }
}
