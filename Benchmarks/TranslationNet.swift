import Gradus
import GradusModels
import GradusText

/// The translation workload: 2-layer LSTM encoder and decoder of 512 with input feeding and Luong's attention, 128 pairs
/// of 20 and 20 words, vocabularies of 17,191 and 7,709.
enum TranslationNet {
    /// Multiply-adds of a forward pass.
    static let multiplyAdds = 128 * 20 * (16 * 512 * 512 + 20 * 512 * 512 + 3 * 512 * 512 + 512 * 7709)

    private static var options: Seq2Seq.Options {
        var options = Seq2Seq.Options()
        (options.encoder, options.layers, options.embedding, options.units) = (.unidirectional, 2, 512, 512)
        (options.dropout, options.outputDropout) = (0, 0)
        return options
    }

    /// A training step on words that repeat.
    static func step() -> () -> Void {
        let model = Seq2Seq(options, sourceVocabulary: 17_191, targetVocabulary: 7709)
        let source = Tensor<Int32>(uniform: [128, 20], in: 4..<17_191)
        let target = Tensor<Int32>(uniform: [128, 19], in: 4..<7709)
        let pairs = SentencePairs(
            source: (0..<128).map { source[$0].scalars }, target: (0..<128).map { target[$0].scalars })
        let batch = PairBatch(pairs, Array(0..<128))
        let optimizer = SGD(learningRate: 1)
        return {
            let (_, gradients) = valueWithGradient(at: model) {
                model.totalLoss(batch, .training) / Float(batch.targetWords)
            }
            optimizer.update(model, along: gradients.clipped(byGlobalNorm: 5))
        }
    }
}
