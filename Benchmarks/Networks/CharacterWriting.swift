import Gradus
import GradusModels

/// A character model writes: LSTM of two layers of 512 units over one-hot characters of 65, 3,320,385 weights. The same as
/// Benchmarks/peer_networks/lstm_decode.py.
let lstmDecodeWorkload = Workload(
    name: "lstm-decode", about: "LSTM of 2 × 512 writes 256 characters, one row, the likeliest each time", items: 256,
    // The product with a one-hot character is a row of the weights.
    multiplyAdds: 256 * (3 * 4 * 512 * 512 + 512 * 65)
) {
    let decoder = CharacterDecoder(CharacterModel(vocabulary: 65, units: 512, layers: 2))
    return {
        decoder.recurrent.reset()
        var character: Int32 = 0
        for _ in 0..<256 {
            decoder.read(character)
            character = decoder.withLogits { logits in
                Int32(logits.indices.max { logits[$0] < logits[$1] }!)
            }
        }
    }
}
