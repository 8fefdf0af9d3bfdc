import Foundation
import Gradus
import GradusModels
import GradusText

/// Scoring by a network and an n-gram model together: `p = λ p(network) + (1 − λ) p(n-grams)`.
///
/// The two err in different positions, so that their mixture is better than either. λ is given and not fitted to the text
/// that is scored.
struct MixedEvaluation {
    /// λ
    let share: Float

    /// The mean loss in nats a character.
    func loss(_ model: CharacterModel, _ counted: NGramModel, _ text: TextStreams) -> Double {
        let network = targetProbabilities(model, text)
        var (sum, scored) = (0.0, 0)
        for (row, probabilities) in zip(text.rows, network) {
            for (own, other) in zip(probabilities, counted.probabilities(of: row)) {
                sum -= log(Double(share) * Double(own) + Double(1 - share) * other)
                scored += 1
            }
        }
        return sum / Double(max(1, scored))
    }

    /// What the network gives to each character of each stream but the first.
    private func targetProbabilities(_ model: CharacterModel, _ text: TextStreams) -> [[Float]] {
        var rows = Array(repeating: [Float](), count: text.streams)
        var state: RecurrentState?
        for batch in text {
            let (logits, next) = model(batch.inputs, state: state, .inference)
            state = next
            let chosen = logits.softmax().takeAlong(batch.targets.expandingShape(at: 2), axis: 2).scalars
            for row in rows.indices { rows[row] += chosen[(row * text.steps)..<((row + 1) * text.steps)] }
        }
        return rows
    }
}
