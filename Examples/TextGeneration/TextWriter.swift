import Gradus
import GradusModels
import GradusText

/// Lets a network write.
struct TextWriter {
    let model: CharacterModel
    let alphabet: Vocabulary<Character>
    let decoder: CharacterDecoder

    init(_ model: CharacterModel, _ alphabet: Vocabulary<Character>) {
        (self.model, self.alphabet) = (model, alphabet)
        decoder = CharacterDecoder(model)
    }

    /// Reads the prompt; without one, a line end, so that a new line begins.
    func begin(_ prompt: [Int32]) {
        decoder.recurrent.reset()
        decoder.read(prompt.isEmpty ? lineEnd : prompt)
    }

    private var lineEnd: [Int32] { (try? alphabet.encode("\n")) ?? [0] }

    /// The likeliest continuation of a prompt that beam search finds, `length` characters.
    func likeliestText(after prompt: [Int32], _ length: Int, width: Int) -> [Character] {
        let prompt = prompt.isEmpty ? lineEnd : prompt
        var options = SearchOptions(width: width, maximumLength: length)
        (options.start, options.end, options.excluded) = (prompt[prompt.count - 1], nil, excluded)
        let found = beamSearch(model, from: model.begin(prompt.dropLast()), sourceLengths: [0], options)
        return found[0][0].tokens.map { alphabet[$0] }
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
