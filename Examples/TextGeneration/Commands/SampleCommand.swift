import ExampleSupport
import Foundation
import Gradus
import GradusModels
import GradusText

/// Lets a trained network write.
struct SampleCommand {
    /// How the next character is chosen.
    private enum Choice {
        case drawn(temperature: Float, topK: Int?, topP: Float?)
        case likeliest
        case beams(Int)
    }

    private let flags: Flags
    private let choice: Choice
    private let length: Int
    private let seed: Int
    private let stop: String?
    /// Whether only the first character of a word is drawn, and the likeliest taken within it.
    private let drawsWords: Bool

    init(_ flags: Flags) throws {
        self.flags = flags
        length = try flags.integer("--length", in: 1...100_000_000) ?? 1000
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        stop = flags.text("--until")
        let temperature = try flags.positiveNumber("--temperature")
        let topK = try flags.integer("--top-k", in: 1...1_000_000)
        let topP = try flags.positiveNumber("--top-p", upTo: 1)
        let width = try flags.integer("--beam", in: 1...1000)
        drawsWords = flags.has("--words")
        let ways = [
            temperature != nil || topK != nil || topP != nil || drawsWords, flags.has("--argmax"), width != nil,
        ]
        guard ways.filter({ $0 }).count <= 1 else {
            throw UsageError("choose one way: drawing (--temperature, --top-k, --top-p, --words), --argmax, or --beam")
        }
        choice =
            width.map { .beams($0) }
            ?? (flags.has("--argmax")
                ? .likeliest : .drawn(temperature: temperature ?? 1, topK: topK, topP: topP))
    }

    func run() throws {
        let network = try TrainedNetwork(flags)
        let prime = flags.text("--prime") ?? ""
        let tokens = try Self.tokens("--prime", prime, network.alphabet)
        let stop = try stop.map { text in
            let tokens = try Self.tokens("--until", text, network.alphabet)
            guard !tokens.contains(where: { $0 == network.alphabet.unknown }) else {
                throw UsageError("--until: the network cannot write \"\(text)\"; not all of its characters are known")
            }
            return tokens.map { network.alphabet[$0] }
        }
        let writer = TextWriter(network.model, network.alphabet)
        let output = TextOutput(stop: stop)
        Interrupt.watch()
        try output.show(prime)
        let start = ProcessInfo.processInfo.systemUptime
        writer.begin(tokens)
        switch choice {
        case .drawn(let temperature, let topK, let topP):
            let sampler = Sampler(
                temperature: temperature, topK: topK, topP: topP, excluding: writer.excluded,
                using: RandomGenerator(seed: UInt64(seed)))
            var begins = true
            try writer.write(
                length,
                choosing: { logits in
                    let token = begins || !drawsWords ? sampler.draw(logits) : writer.likeliest(logits)
                    begins = network.alphabet[token].isWhitespace
                    return token
                }, output.take)
        case .likeliest:
            try writer.write(length, choosing: writer.likeliest, output.take)
        case .beams(let width):
            for character in writer.likeliestText(after: tokens, length, width: width)
            where try !output.take(character) { break }
        }
        let seconds = ProcessInfo.processInfo.systemUptime - start
        try output.finish()
        let rate = Double(output.count) / max(seconds, 1e-9)
        FileHandle.standardError.write(
            Data(String(format: "\n%d characters in %.2f s, %.0f a second\n", output.count, seconds, rate).utf8))
    }

    /// The characters of a flag's text, in numbers.
    private static func tokens(_ flag: String, _ text: String, _ alphabet: Vocabulary<Character>) throws -> [Int32] {
        do {
            return try alphabet.encode(text)
        } catch let error as UnknownTokens {
            throw UsageError("\(flag): \(error); the network has learned from a text without")
        }
    }

    static let help = HelpText(
        program: "text-generation sample",
        summary: "lets a trained network write. The text goes to standard output and can be piped on.",
        examples: [
            ("swift run -c release text-generation sample --prime \"ROMEO:\" --length 500", "go on from a beginning"),
            (
                "swift run -c release text-generation sample --temperature 0.5 --seed 7",
                "more careful, and another text"
            ),
            (
                "swift run -c release text-generation sample --beam 10 --length 100",
                "a likely text instead of a drawn one"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/text-generation)"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's best.safetensors)"),
            FlagSpecification("--prime", .value("TEXT"), "a beginning to go on from"),
            FlagSpecification("--length", .value("N"), "characters to write at most (default 1000)"),
            FlagSpecification("--until", .value("TEXT"), "stop where this text has been written"),
            FlagSpecification("--temperature", .value("X"), "below 1 more careful, above 1 more daring (default 1)"),
            FlagSpecification("--top-k", .value("N"), "draw from the N likeliest characters only"),
            FlagSpecification("--top-p", .value("X"), "draw from the likeliest that together have probability X"),
            FlagSpecification("--words", .toggle, "draw only where a word begins; within it take the likeliest"),
            FlagSpecification("--argmax", .toggle, "always take the likeliest character"),
            FlagSpecification("--beam", .value("N"), "search a likely text, with N beginnings at a time"),
            FlagSpecification("--seed", .value("N"), "choose the random numbers (default 1)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
