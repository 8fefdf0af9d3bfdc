import Gradus
import GradusModels

/// The translation workload: 2-layer LSTM encoder and decoder of 512 with input feeding and Luong's attention, 128 pairs
/// of 20 and 20 words, vocabularies of 17,191 and 7,709.
struct TranslationNet: Module {
    private let embedding = Embedding(17_191, 512)
    private let encoder = LSTM(512, 512, layers: 2)
    private let decoder = AttentionDecoder(vocabulary: 7709, embedding: 512, units: 512, source: 512, layers: 2)

    /// The logits of every word, `[N, T, V]`.
    private func callAsFunction(_ source: Tensor<Int32>, _ target: [Tensor<Int32>]) -> Tensor<Float> {
        let (states, end) = encoder(symbols: source, embeddedBy: embedding, state: nil, .training)
        let looked = decoder.source(states)
        var state = decoder.zeroState(source.shape[0])
        state.recurrent = end
        var outputs: [Tensor<Float>] = []
        for words in target {
            let (attentional, _, next) = decoder.step(words, state, source: looked, .training)
            outputs.append(attentional)
            state = next
        }
        return decoder.output(Tensor.stacked(outputs, axis: 1), .training)
    }

    /// Multiply-adds of a forward pass.
    static let multiplyAdds = 128 * 20 * (16 * 512 * 512 + 20 * 512 * 512 + 3 * 512 * 512 + 512 * 7709)

    /// A training step on words that repeat.
    static func step() -> () -> Void {
        let model = TranslationNet()
        let source = Tensor<Int32>(uniform: [128, 20], in: 0..<17_191)
        let target = (0..<20).map { _ in Tensor<Int32>(uniform: [128], in: 0..<7709) }
        let labels = Tensor.stacked(target, axis: 1)
        let optimizer = SGD(learningRate: 1)
        return {
            let (_, gradients) = valueWithGradient(at: model) { softmaxCrossEntropy(model(source, target), labels) }
            optimizer.update(model, along: gradients.clipped(byGlobalNorm: 5))
        }
    }
}
