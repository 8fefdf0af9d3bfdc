import Gradus
import GradusModels
import GradusText

/// Scoring that keeps learning: each part of the text is scored first and then learned from, so that the network adapts
/// to what it reads (Krause et al. 2017). No character is ever scored by weights that have seen it.
struct DynamicEvaluation {
    /// Characters of each row from one step of learning to the next.
    let steps: Int
    let rate: Float

    /// The mean loss in nats a character. The network's weights are changed.
    func loss(_ model: CharacterModel, _ optimizer: any Optimizer, clip: Float, _ rows: [ArraySlice<Int32>]) -> Double {
        optimizer.learningRate = rate
        var state: RecurrentState?
        var (sum, scored) = (0.0, 0)
        let length = (rows.map(\.count).min() ?? 1) - 1
        for start in stride(from: 0, to: length, by: steps) {
            let end = min(start + steps, length)
            func tensor(_ shift: Int) -> Tensor<Int32> {
                let tokens = rows.flatMap { $0[($0.startIndex + start + shift)..<($0.startIndex + end + shift)] }
                return Tensor(tokens, shape: [rows.count, end - start])
            }
            let (loss, gradients) = valueWithGradient(at: model) {
                let (logits, next) = model(tensor(0), state: state, .inference)
                state = next.detached()
                return softmaxCrossEntropy(logits, tensor(1))
            }
            sum += Double(loss.item) * Double(end - start)
            scored += end - start
            optimizer.update(model, along: gradients.clipped(byValue: clip))
        }
        return sum / Double(max(1, scored))
    }
}
