import Foundation
import Gradus
import GradusModels
import GradusText

/// All that decides what a run computes, but the text itself; it travels in the checkpoint.
struct Recipe: Codable, Equatable {
    /// How the learning rate changes.
    enum RateRule: String, Codable, CaseIterable {
        /// Times a factor for every epoch from one on, as in char-rnn.
        case decay
        /// Half a cosine down to nothing at the last step.
        case cosine
    }

    /// What changes the weights.
    enum Method: String, Codable, CaseIterable {
        case rmsprop
        case adam
    }

    /// Which part of the text is held out.
    enum Split: String, Codable, CaseIterable {
        /// The end of every stream, as in char-rnn.
        case streams
        /// The end of the text.
        case plain
    }

    var cell = RecurrentKind.lstm.rawValue
    var units = 128
    var layers = 2
    var embedding: Int?
    var tiesOutput = false
    var dropout = 0.0
    var streams = 50
    var steps = 50
    var split = Split.streams
    var heldOut = 0.05
    var method = Method.rmsprop
    var learningRate: Float = 2e-3
    var rateRule = RateRule.decay
    var decay: Float = 0.97
    /// The first epoch after which the rate falls.
    var decayFrom = 10
    var clip: Float = 5
    /// The decay of the averaged weights that are judged and kept, when there are any.
    var averaging: Float?
    var epochs = 50
    var seed = 1
    /// Characters that the text has less often become unknown.
    var minimumCount = 1

    /// A network with new weights for an alphabet of the given size.
    func newModel(vocabulary: Int) -> CharacterModel {
        withRandomSeed(UInt64(seed)) {
            CharacterModel(
                vocabulary: vocabulary, cell: RecurrentKind(rawValue: cell) ?? .lstm, units: units,
                layers: layers, embedding: embedding, tiesOutput: tiesOutput, dropout: dropout)
        }
    }

    func newOptimizer() -> any Optimizer {
        switch method {
        case .rmsprop: RMSprop(learningRate: learningRate, smoothing: 0.95)
        case .adam: Adam(learningRate: learningRate)
        }
    }

    /// The learning rate of every step.
    func schedule(batchesAnEpoch: Int) -> Schedule {
        switch rateRule {
        case .decay:
            Schedule { [learningRate, decay, decayFrom] step in
                learningRate * pow(decay, Float(max(0, step / batchesAnEpoch + 1 - decayFrom)))
            }
        case .cosine: .cosine(from: learningRate, to: learningRate / 100, steps: epochs * batchesAnEpoch)
        }
    }

    /// The tokens of a text, cut into the part to learn from and the part to judge by.
    func parts(of tokens: [Int32]) throws -> (training: TextStreams, heldOut: TextStreams) {
        switch split {
        case .streams:
            return try TextStreams(tokens, streams: streams, steps: steps, atLeast: 2).split(heldOut: heldOut)
        case .plain:
            let parts = contiguousSplit(tokens, heldOut: heldOut)
            return try (
                TextStreams(parts.training, streams: streams, steps: steps),
                // The held-out end is too short to cut it as often.
                TextStreams(
                    parts.heldOut, streams: max(1, min(streams, (parts.heldOut.count - 1) / (4 * steps))), steps: steps)
            )
        }
    }

    /// Multiply-adds of a step of one row, forward.
    func multiplyAdds(vocabulary: Int) -> Int {
        let gates = (RecurrentKind(rawValue: cell) ?? .lstm).gates
        let inputs = (embedding ?? vocabulary) + (layers - 1) * units
        return gates * units * (inputs + layers * units) + units * vocabulary
    }
}
