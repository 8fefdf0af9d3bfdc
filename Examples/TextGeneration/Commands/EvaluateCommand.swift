import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusText
import GradusTraining

/// Measures a trained network, and n-gram models beside it.
struct EvaluateCommand {
    private let flags: Flags
    private let order: Int
    private let dynamic: DynamicEvaluation?
    private let mixed: MixedEvaluation?

    init(_ flags: Flags) throws {
        self.flags = flags
        order = try flags.integer("--order", in: 1...12) ?? 8
        let steps = try flags.integer("--dynamic-steps", in: 1...10_000)
        let rate = try flags.positiveNumber("--dynamic-rate")
        guard flags.has("--dynamic") || (steps == nil && rate == nil) else {
            throw UsageError("--dynamic-steps and --dynamic-rate belong to --dynamic")
        }
        mixed = try flags.number("--mix", in: 0...1).map { MixedEvaluation(share: $0) }
        if mixed != nil && flags.has("--data") {
            throw UsageError("--mix counts the text that the network learned from; it cannot be used with --data")
        }
        dynamic = flags.has("--dynamic") ? DynamicEvaluation(steps: steps ?? 20, rate: rate ?? 5e-4) : nil
    }

    func run() throws {
        let network = try TrainedNetwork(flags)
        let (record, recipe) = (network.record, network.record.recipe)
        let path = flags.text("--data")
        let tokens = try network.tokens(of: path)
        let parts = try path == nil ? recipe.parts(of: tokens) : nil
        if parts != nil && RunRecord.fingerprint(of: tokens) != record.fingerprint {
            throw UsageError("the text that the network learned from has changed since; name one with --data")
        }
        let scored = try parts?.heldOut ?? whole(tokens, recipe)
        let folder = try RunFolder(flags.text("--out") ?? "out/text-generation")
        let log = try EventLog(URL(fileURLWithPath: folder.file("evaluation.jsonl")))
        showHeader(
            "text-generation evaluate",
            [
                ("network", "\(network.path), step \(network.state.step)"),
                ("text", path ?? "the held-out part of \(record.textSource)"),
                ("scored", "\(scored.count * scored.steps * scored.streams) characters"),
            ])
        let start = ProcessInfo.processInfo.systemUptime
        let nats = heldOutLoss(network.model, scored)
        var figures = [RunResult.Figure("nats_per_character", nats, unit: "nats")]
        show(line("network", nats))
        if let parts {
            let model = NGramModel(parts.training.rows, vocabulary: network.alphabet.count, order: order)
            if let mixed {
                let both = mixed.loss(network.model, model, scored)
                show(line("network and \(order)-grams", both))
                figures += [RunResult.Figure("mixed_nats_per_character", both, unit: "nats")]
            }
            let losses = model.crossEntropies(of: scored.rows)
            for (index, loss) in losses.enumerated() where index >= min(2, order - 1) {
                show(line("\(index + 1)-grams, Kneser-Ney", loss))
                figures += [RunResult.Figure("\(index + 1)gram_nats_per_character", loss, unit: "nats")]
            }
        }
        // Last, because it changes the weights.
        if let dynamic {
            let optimizer = recipe.newOptimizer()
            _ = try Checkpoint.load(into: network.model, optimizer, RandomGenerator(seed: 0), from: network.path)
            let adapted = dynamic.loss(network.model, optimizer, clip: recipe.clip, scored.rows)
            show(line("network that keeps learning", adapted))
            figures += [RunResult.Figure("dynamic_nats_per_character", adapted, unit: "nats")]
        }
        figures.append(RunResult.Figure("seconds", ProcessInfo.processInfo.systemUptime - start, unit: "s"))
        try RunResult(figures).report(to: log)
        folder.listFiles()
    }

    /// A text of which nothing was learned, scored as a whole.
    private func whole(_ tokens: [Int32], _ recipe: Recipe) throws -> TextStreams {
        let streams = max(1, min(recipe.streams, (tokens.count - 1) / (20 * recipe.steps)))
        return try TextStreams(tokens, streams: streams, steps: recipe.steps)
    }

    private func line(_ name: String, _ nats: Double) -> String {
        let label = name + String(repeating: " ", count: max(1, 30 - name.count))
        return label + String(format: "%.4f nats, %.4f bits a character, perplexity %.3f", nats, bits(nats), exp(nats))
    }

    static let help = HelpText(
        program: "text-generation evaluate",
        summary:
            "measures how well a trained network predicts text that it has not learned from, and how well counting "
            + "the last few characters does (n-grams).",
        examples: [
            ("swift run -c release text-generation evaluate", "the held-out part of the run's text"),
            ("swift run -c release text-generation evaluate --dynamic", "keep learning while scoring"),
            ("swift run -c release text-generation evaluate --data other.txt", "a text of yours"),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/text-generation)"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's best.safetensors)"),
            FlagSpecification("--data", .value("FILE"), "a text to score (default: the run's held-out part)"),
            FlagSpecification("--order", .value("N"), "the longest n-grams to compare with (default 8)"),
            FlagSpecification("--mix", .value("X"), "the network's share in a mixture with the n-grams, as 0.5"),
            FlagSpecification("--dynamic", .toggle, "learn from each part after it was scored"),
            FlagSpecification("--dynamic-steps", .value("N"), "characters from one step to the next (default 20)"),
            FlagSpecification("--dynamic-rate", .value("X"), "how far a step goes (default 0.0005)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
