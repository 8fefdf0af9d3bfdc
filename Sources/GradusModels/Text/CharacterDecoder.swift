import Gradus

/// Writes with a ``CharacterModel``, one character at a time: the same scores as the model's, without recording and
/// without allocating, for one text.
///
/// ```swift
/// let decoder = CharacterDecoder(model)
/// decoder.read(alphabet.encode("ROMEO:"))
/// let next = decoder.withLogits(sampler.draw)
/// ```
public final class CharacterDecoder {
    /// The recurrent layers, whose states can be looked at, kept and put back.
    public let recurrent: RecurrentDecoder
    private let embedding: Tensor<Float>?
    private let output: VectorLinear
    private var logits: [Float]

    /// A decoder with the model's weights as they are now, in zero state.
    public init(_ model: CharacterModel) {
        recurrent = RecurrentDecoder(model.recurrent)
        embedding = model.embedding?.weight.value.detached()
        if let dense = model.output {
            output = VectorLinear(dense.weight.value, dense.bias?.value)
        } else {
            output = VectorLinear(model.embedding!.weight.value, model.outputBias?.value, isTransposed: true)
        }
        logits = Array(repeating: 0, count: model.vocabulary)
    }

    /// Reads one character.
    ///
    /// - Traps: when it is none of the alphabet.
    public func read(_ character: Int32) {
        guard let embedding else { return recurrent.step(oneHot: Int(character)) }
        let (rows, width) = (embedding.shape[0], embedding.shape[1])
        check(character >= 0 && character < rows, "CharacterDecoder: character \(character) of \(rows)")
        embedding.withUnsafeElements {
            recurrent.step(UnsafeBufferPointer(rebasing: $0[(Int(character) * width)..<((Int(character) + 1) * width)]))
        }
    }

    /// Reads characters one after another.
    public func read(_ characters: some Sequence<Int32>) {
        for character in characters { read(character) }
    }

    /// Calls `body` with the scores of the next character, `[V]`.
    public func withLogits<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        logits.withUnsafeMutableBufferPointer { scores in
            recurrent.withOutput { output($0, into: scores) }
        }
        return try logits.withUnsafeBufferPointer(body)
    }

    /// The logarithms of the next character's probabilities, `[V]`.
    public func logProbabilities() -> [Float] {
        Tensor(withLogits { Array($0) }).logSoftmax().scalars
    }
}
