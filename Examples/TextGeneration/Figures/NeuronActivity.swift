import Foundation
import GradusModels
import GradusText

/// The value of every neuron after every character of a text: tanh c of an LSTM's cells, h of other networks.
struct NeuronActivity {
    let text: [Character]
    let layers: Int
    let units: Int
    /// One row a character, the lowest layer's neurons first.
    private let values: [Float]

    init(_ network: TrainedNetwork, _ tokens: [Int32]) {
        let decoder = CharacterDecoder(network.model)
        let recurrent = decoder.recurrent
        text = tokens.map { network.alphabet[$0] }
        (layers, units) = (recurrent.layers, recurrent.units)
        let width = layers * units
        let isLSTM = recurrent.kind == .lstm
        values = tokens.flatMap { token -> [Float] in
            decoder.read(token)
            let state = recurrent.state.values
            return isLSTM ? state[width..<(2 * width)].map { tanh($0) } : Array(state[..<width])
        }
    }

    /// The values of one neuron, one a character.
    func values(layer: Int, index: Int) -> [Float] {
        let (width, position) = (layers * units, layer * units + index)
        return text.indices.map { values[$0 * width + position] }
    }
}
