import Gradus

/// A recurrent translation model: an encoder for the source, and a decoder with attention over the encoder's states
/// (Sutskever et al. 2014; Bahdanau et al. 2014; Luong et al. 2015; Wu et al. 2016). ``Options`` selects the variant.
///
/// Source `[N, S]`, translations `[N, T]`. Sequences run time first inside, and the scores of all steps are one product.
public struct Seq2Seq: TranslationModel {
    /// The decoder's state between two words.
    public struct State {
        let decoder: AttentionDecoder.State
    }

    /// The configuration.
    public let options: Options
    /// A vector for each word of the source, `[V', D]`.
    public let sourceEmbedding: Embedding
    /// A vector for each word of the translation, `[V, D]`.
    public let targetEmbedding: Embedding
    let encoder: RecurrentEncoder
    let decoder: AttentionDecoder
    /// From outputs to scores, `[H, V]`; `nil` with tied embeddings.
    public let output: Parameter?

    /// A network for vocabularies of the given sizes.
    ///
    /// - Traps: when the options contradict one another, or shared embeddings have two vocabularies.
    public init(_ options: Options = Options(), sourceVocabulary: Int, targetVocabulary: Int) {
        check(options.problem == nil, "Seq2Seq: \(options.problem ?? "")")
        check(
            !options.sharesEmbeddings || sourceVocabulary == targetVocabulary,
            "Seq2Seq: shared embeddings need one vocabulary, got \(sourceVocabulary) and \(targetVocabulary) words")
        self.options = options
        sourceEmbedding = Embedding(sourceVocabulary, options.embedding, initializer: options.embeddingInitializer)
        targetEmbedding =
            options.sharesEmbeddings
            ? sourceEmbedding
            : Embedding(targetVocabulary, options.embedding, initializer: options.embeddingInitializer)
        encoder = RecurrentEncoder(options)
        decoder = AttentionDecoder(options, sourceWidth: encoder.width)
        output =
            options.tiesOutput
            ? nil
            : Parameter(
                options.denseInitializer(
                    [options.units, targetVocabulary], fanIn: options.units, fanOut: targetVocabulary))
    }

    /// Logits and labels of a batch.
    public func scores(_ batch: PairBatch, _ pass: Pass) -> (logits: Tensor<Float>, labels: Tensor<Int32>) {
        let state = read(batch.source, mask: batch.sourceMask, pass)
        let words = dropped(targetEmbedding(batch.targetInput.swappingAxes(0, 1)), options.dropout, pass)
        let outputs = decoder(words, state, pass)
        let positions = batch.targetMask.swappingAxes(0, 1).truePositions
        let counted = outputs.reshaped(to: [-1, options.units]).gathering(positions)
        let labels = batch.targetOutput.swappingAxes(0, 1).reshaped(to: [-1]).gathering(positions)
        return (logits(dropped(counted, options.outputDropout, pass)), labels)
    }

    /// The decoder's state before the first token.
    public func begin(_ source: Tensor<Int32>, mask: Tensor<Bool>) -> State {
        State(decoder: read(source, mask: mask, .inference))
    }

    /// One step of the decoder.
    public func step(
        _ tokens: Tensor<Int32>, _ state: State
    ) -> (logProbabilities: Tensor<Float>, alignments: Tensor<Float>?, state: State) {
        let (output, weights, next) = decoder.step(targetEmbedding(tokens), state.decoder, .inference)
        return (logits(output).logSoftmax(), weights, State(decoder: next))
    }

    /// The state of the given rows.
    public func select(_ rows: Tensor<Int32>, of state: State) -> State {
        State(decoder: state.decoder.gathering(rows))
    }

    private func read(_ source: Tensor<Int32>, mask: Tensor<Bool>, _ pass: Pass) -> AttentionDecoder.State {
        let words = dropped(sourceEmbedding(source.swappingAxes(0, 1)), options.dropout, pass)
        let (states, ends) = encoder(words, lengths: mask.rowCounts, pass)
        return decoder.begin(states.swappingAxes(0, 1), mask: mask, layers: ends)
    }

    private func logits(_ outputs: Tensor<Float>) -> Tensor<Float> {
        if let output { return linear(outputs, output.value) }
        return matmul(outputs, targetEmbedding.weight.value, transposeB: true)
    }
}

extension Seq2Seq: ConfiguredModel {
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
