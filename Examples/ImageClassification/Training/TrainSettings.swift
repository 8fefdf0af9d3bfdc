import ExampleSupport
import Gradus
import GradusModels

/// What the command line asks of a training.
struct TrainSettings {
    static let usualFolder = "out/image-classification"
    /// What `--seed` takes.
    static let seeds = 0...Int(Int32.max)
    /// What `--epochs` and `--batch-size` take.
    static let counts = 1...10_000

    let flags: Flags
    let network: ImageNetwork
    let recipe: Recipe
    let images: ImageSource
    let seed: Int
    let size: RunRecord.Size
    let out: String
    let isResuming: Bool

    init(_ flags: Flags) throws {
        self.flags = flags
        if flags.has("--smoke") && flags.has("--full") {
            throw UsageError("--smoke and --full contradict each other")
        }
        size = flags.has("--smoke") ? .smoke : flags.has("--full") ? .full : .standard
        var images = try ImageSource(flags)
        // The experiment that the usual network became known by.
        if size == .full && images.dataset == nil && !flags.has("--model") { images.dataset = .mnist }
        self.images = images
        network = try ImageNetwork.chosen(flags) ?? images.usualNetwork
        seed = try flags.integer("--seed", in: Self.seeds) ?? 1
        out = flags.text("--out") ?? Self.usualFolder
        isResuming = flags.has("--resume")
        var recipe = size == .full ? Recipe.full(for: network.name) : .usual(for: network.name)
        if size == .smoke { recipe.epochs = 1 }
        try Self.read(flags, into: &recipe)
        self.recipe = recipe
    }

    /// Changes what the flags ask for.
    static func read(_ flags: Flags, into recipe: inout Recipe) throws {
        if let epochs = try flags.integer("--epochs", in: counts) { recipe.epochs = epochs }
        if let size = try flags.integer("--batch-size", in: counts) { recipe.batchSize = size }
        if let rate = try flags.positiveNumber("--learning-rate") { recipe.learningRate = rate }
        if let decay = try flags.number("--weight-decay", in: 0...1) { recipe.weightDecay = decay }
        if let part = try flags.number("--label-smoothing", in: 0...0.9) { recipe.smoothing = Double(part) }
        if flags.has("--whiten") {
            // ε is meant for samples of variance 1.
            if recipe.images.values == .unit { recipe.images.values = .normalized }
            recipe.images.whitening = recipe.images.whitening ?? 0.1
        }
        if let text = flags.text("--augment") {
            let words = text.split(separator: ",").map(String.init)
            for word in words { _ = try flags.choice("--augment", word, of: ImageRecipe.augmentations) }
            if words.contains("none") && words.count > 1 {
                throw UsageError("--augment none goes with nothing else, got \"\(text)\"")
            }
            recipe.images = recipe.images.augmented(by: words)
        }
    }
}
