import ExampleSupport
import Foundation

/// What the command line asks of a training.
struct TrainSettings {
    let flags: Flags
    let preset: String
    let recipe: Recipe
    let pairs: PairSource
    let seed: Int
    let out: String
    let isResuming: Bool
    let isSmoke: Bool
    /// Steps from one evaluation to the next; `nil` for one an epoch.
    let evaluationInterval: Int?

    init(_ flags: Flags) throws {
        self.flags = flags
        isResuming = flags.has("--resume")
        isSmoke = flags.has("--smoke")
        if isSmoke && flags.has("--full") { throw UsageError("--smoke and --full contradict each other") }
        if flags.has("--full") && flags.has("--preset") {
            throw UsageError("--full and --preset contradict each other")
        }
        preset = flags.text("--preset") ?? (flags.has("--full") ? "iwslt15" : Preset.names[0])
        out = flags.text("--out") ?? "out/translation"
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        evaluationInterval = try flags.integer("--evaluate-every", in: 1...100_000_000)
        var recipe = try Preset.recipe(preset)
        if isSmoke { (recipe.training.epochs, recipe.training.batchSize) = (2, 16) }
        try Self.read(flags, into: &recipe)
        if let problem = recipe.problem { throw UsageError(problem) }
        self.recipe = recipe
        pairs = try PairSource(flags)
    }

    /// Changes what the flags ask for.
    static func read(_ flags: Flags, into recipe: inout Recipe) throws {
        if let epochs = try flags.integer("--epochs", in: 1...100_000) { recipe.training.epochs = epochs }
        if let size = try flags.integer("--batch-size", in: 1...100_000) { recipe.training.batchSize = size }
        if let rate = try flags.positiveNumber("--learning-rate") { recipe.training.learningRate = rate }
        guard let word = flags.text("--attention") else { return }
        guard recipe.network.seq2seq != nil else {
            throw UsageError("--attention belongs to recurrent networks, and this preset has none")
        }
        let choices = ["none"] + SourceAttentionScore.allCases.map(\.rawValue)
        let choice = try flags.choice("--attention", of: choices) ?? word
        recipe.network.seq2seq?.attention = SourceAttentionScore(rawValue: choice)
    }
}
