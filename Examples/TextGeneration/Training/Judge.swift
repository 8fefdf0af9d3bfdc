import Foundation
import Gradus
import GradusModels
import GradusText

/// The mean loss of a network on text that it has not learned from, in nats a character.
///
/// All streams are read from zero state to their end, as in char-rnn.
func heldOutLoss(_ model: CharacterModel, _ text: TextStreams) -> Double {
    var state: RecurrentState?
    var sum = 0.0
    for batch in text {
        let (logits, next) = model(batch.inputs, state: state, .inference)
        sum += Double(softmaxCrossEntropy(logits, batch.targets).item)
        state = next
    }
    return sum / Double(max(1, text.count))
}

/// Nats as bits.
func bits(_ nats: Double) -> Double { nats / log(2) }
