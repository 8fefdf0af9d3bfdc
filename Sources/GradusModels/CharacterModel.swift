import Gradus

/// A network that predicts the next character of a text (as in char-rnn): recurrent layers over one-hot characters, and a
/// score for each character of the alphabet.
///
/// Input indices `[N, T]`, output logits `[N, T, V]`. With 65 characters and 2 × 128 LSTM units it has 240,321 weights.
public struct CharacterModel: Module {
    /// The recurrent layers.
    public let recurrent: LSTM
    /// From the top layer's state to one score a character.
    public let output: Dense
    /// The number V of characters.
    public let vocabulary: Int

    /// A model of `layers` LSTM layers of `units` units.
    public init(vocabulary: Int, units: Int = 128, layers: Int = 2, dropout: Double = 0, forgetBias: Float = 1) {
        recurrent = LSTM(vocabulary, units, layers: layers, dropout: dropout, forgetBias: forgetBias)
        output = Dense(units, vocabulary)
        self.vocabulary = vocabulary
    }

    /// The scores of the character after each one, and the state after the last.
    ///
    /// - Parameters:
    ///   - characters: `[N, T]`, each in `0..<V`.
    ///   - state: where to begin; `nil` for zeros.
    public func callAsFunction(
        _ characters: Tensor<Int32>, state: RecurrentState?, _ pass: Pass
    ) -> (logits: Tensor<Float>, state: RecurrentState) {
        let (values, next) = recurrent(characters.oneHot(vocabulary), state: state, pass)
        return (output(values, pass), next)
    }
}
