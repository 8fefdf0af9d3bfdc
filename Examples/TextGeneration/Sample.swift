import Foundation
import Gradus
import GradusModels
import GradusText
import GradusTraining

/// Lets a trained network write.
struct Sample: Command {
    static let name = "sample"
    static let summary = "lets a trained network write. The text goes to standard output and can be piped on."
    static let examples = [
        CommandExample("sample --prime \"ROMEO:\" --length 500", "continue a beginning"),
        CommandExample("sample --temperature 0.5 --seed 7", "more careful, and another text"),
        CommandExample("sample --beam 10 --length 100", "a likely text instead of a drawn one"),
    ]

    let network = NetworkFlags()
    @Flag("a beginning to continue") var prime = ""
    @Flag("characters to write at most", 1...100_000_000) var length = 1000
    @Flag("stop once this text has been written") var until: String?
    @Flag("below 1 more careful, above 1 more daring; 1 without", above: 0) var temperature: Float?
    @Flag("draw from the N likeliest characters only", 1...1_000_000) var topK: Int?
    @Flag("draw from the likeliest that together have probability X", above: 0, upTo: 1) var topP: Float?
    @Flag("draw only where a word begins; within it take the likeliest") var words = false
    @Flag("always take the likeliest character") var argmax = false
    @Flag("search a likely text, with N beginnings at a time", 1...1000) var beam: Int?
    @Flag("chooses the random numbers", 0...Int(Int32.max)) var seed = 1

    func prepare() throws {
        let draws = temperature != nil || topK != nil || topP != nil || words
        guard [draws, argmax, beam != nil].filter({ $0 }).count <= 1 else {
            throw UsageError("choose one way: drawing (--temperature, --top-k, --top-p, --words), --argmax, or --beam")
        }
    }

    func run() throws {
        let network = try network.load()
        let alphabet = network.alphabet
        let tokens = try network.tokens($prime, prime)
        let stop = try until.map { text in
            let tokens = try network.tokens($until, text)
            guard !tokens.contains(where: { $0 == alphabet.unknown }) else {
                throw $until.error("the network cannot write \"\(text)\"; not all of its characters are known")
            }
            return tokens.map { alphabet[$0] }
        }
        let (writer, output) = (TextWriter(network.model, alphabet), TextOutput(stop: stop))
        Interrupt.watch()
        output.show(prime)
        let start = ProcessInfo.processInfo.systemUptime
        writer.begin(tokens)
        if let beam {
            for character in writer.likeliestText(after: tokens, length, width: beam)
            where try !output.take(character) { break }
        } else if argmax {
            try writer.write(length, choosing: writer.likeliest, output.take)
        } else {
            let sampler = Sampler(
                temperature: temperature ?? 1, topK: topK, topP: topP, excluding: writer.excluded,
                using: RandomGenerator(seed: UInt64(seed)))
            var begins = true
            try writer.write(
                length,
                choosing: { logits in
                    let token = begins || !words ? sampler.draw(logits) : writer.likeliest(logits)
                    begins = alphabet[token].isWhitespace
                    return token
                }, output.take)
        }
        let seconds = ProcessInfo.processInfo.systemUptime - start
        try output.finish()
        let rate = Double(output.count) / max(seconds, 1e-9)
        FileHandle.standardError.write(
            Data(String(format: "\n%d characters in %.2f s, %.0f a second\n", output.count, seconds, rate).utf8))
    }
}

/// Writes a text to standard output while it is made, and notices its end.
private final class TextOutput {
    /// How many characters were taken.
    private(set) var count = 0
    private let stop: [Character]?
    private var last: [Character] = []
    private var waiting = ""

    /// An output that ends once `stop` was written.
    init(stop: [Character]?) { self.stop = stop }

    /// Writes text that is not counted, as the prompt.
    func show(_ text: String) { waiting += text }

    /// Writes one character.
    ///
    /// - Returns: whether to continue.
    func take(_ character: Character) throws -> Bool {
        count += 1
        waiting.append(character)
        if character.isNewline || waiting.utf8.count > 4096 { try flush() }
        if let stop {
            last.append(character)
            if last.count > stop.count { last.removeFirst() }
            if last == stop { return false }
        }
        return !Interrupt.isRequested
    }

    func finish() throws {
        if waiting.last?.isNewline != true { waiting += "\n" }
        try flush()
    }

    private func flush() throws {
        try FileHandle.standardOutput.write(contentsOf: Data(waiting.utf8))
        waiting = ""
    }
}
