import Gradus
import GradusModels
import GradusText

/// Lets a network write.
struct TextWriter {
    let alphabet: Vocabulary<Character>
    let decoder: CharacterDecoder

    init(_ model: CharacterModel, _ alphabet: Vocabulary<Character>) {
        self.alphabet = alphabet
        decoder = CharacterDecoder(model)
    }

    /// Reads the beginning that is to be continued; without one, a line's end, as if a new line were to begin.
    func begin(_ prime: [Int32]) {
        decoder.recurrent.reset()
        decoder.read(prime.isEmpty ? (try? alphabet.encode("\n")) ?? [0] : prime)
    }

    /// What is never written: the sign for characters that are not known.
    var excluded: [Int32] { alphabet.unknown.map { [$0] } ?? [] }

    /// The place of the likeliest token that may be written; the first of equals.
    func likeliest(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
        let excluded = excluded
        var best: Int?
        for position in logits.indices where !excluded.contains(Int32(position)) {
            if best == nil || logits[position] > logits[best!] { best = position }
        }
        return Int32(best ?? 0)
    }

    /// Writes up to `length` characters, each chosen by `choose` from the scores of all and handed to `take`, which says
    /// whether to go on.
    func write(
        _ length: Int, choosing choose: (UnsafeBufferPointer<Float>) -> Int32, _ take: (Character) throws -> Bool
    ) rethrows {
        for _ in 0..<length {
            let token = decoder.withLogits(choose)
            guard try take(alphabet[token]) else { return }
            decoder.read(token)
        }
    }

    /// A text of `length` characters that begins a new line.
    func sample(_ length: Int, temperature: Float, seed: UInt64) -> String {
        let sampler = Sampler(temperature: temperature, excluding: excluded, using: RandomGenerator(seed: seed))
        var text = ""
        begin([])
        write(length, choosing: sampler.draw) {
            text.append($0)
            return true
        }
        return text
    }
}
