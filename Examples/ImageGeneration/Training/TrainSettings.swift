import ExampleSupport
import Foundation
import Gradus
import GradusModels

/// What the command line asks of a training.
struct TrainSettings {
    var recipe = Recipe()
    /// Whether `--epochs` was given; else their number follows from the images'.
    var hasEpochs: Bool
    var dataset: String?
    var data: String?
    /// The side of an image; without it the set's own.
    var side: Int?
    var isGray: Bool
    /// The side of the square that is cut from the middle of a folder's images first.
    var cropSide: Int?
    var isConditional: Bool
    /// A classifier that evaluates samples at some epochs.
    var classifier: String?
    var out: String
    var isResuming: Bool
    var isSmoke: Bool
    var isFull: Bool
    /// Whether the generators of some epochs are kept.
    var keepsSnapshots: Bool
    let flags: Flags

    init(_ flags: Flags) throws {
        self.flags = flags
        dataset = try flags.choice("--dataset", of: ChosenImages.names)
        data = flags.text("--data")
        isSmoke = flags.has("--smoke")
        isFull = flags.has("--full")
        if isSmoke && isFull { throw UsageError("--smoke and --full contradict each other") }
        side = try flags.integer("--size", in: 8...512)
        if let side, side % 4 != 0 { throw UsageError("--size takes a side divisible by 4, got \(side)") }
        isGray = flags.has("--gray")
        cropSide = try flags.integer("--crop", in: 1...10_000)
        isConditional = flags.has("--conditional")
        classifier = flags.text("--classifier")
        out = flags.text("--out") ?? "out/image-generation"
        keepsSnapshots = flags.has("--snapshots")
        isResuming = flags.has("--resume")
        if isSmoke { (recipe.width, recipe.batchSize, recipe.noise) = (8, 20, 16) }
        if isFull { (recipe.epochs, recipe.width) = (25, 64) }
        hasEpochs = flags.has("--epochs") || isFull
        try Self.read(flags, into: &recipe)
    }

    /// Changes what the flags ask for.
    static func read(_ flags: Flags, into recipe: inout Recipe) throws {
        func integer(_ name: String, _ range: ClosedRange<Int>, _ place: WritableKeyPath<Recipe, Int>) throws {
            if let value = try flags.integer(name, in: range) { recipe[keyPath: place] = value }
        }
        try integer("--noise", 1...4096, \.noise)
        try integer("--width", 1...1024, \.width)
        try integer("--batch-size", 2...10_000, \.batchSize)
        try integer("--epochs", 1...10_000, \.epochs)
        try integer("--generator-steps", 1...20, \.generatorSteps)
        try integer("--seed", 0...Int(Int32.max), \.seed)
        if let rate = try flags.positiveNumber("--learning-rate") { recipe.learningRate = rate }
        if let beta = try flags.number("--beta1", in: 0...0.999) { recipe.beta1 = beta }
        if let decay = try flags.number("--averaging", in: 0...0.99999) {
            recipe.averaging = decay == 0 ? nil : decay
        }
        if let loss = try flags.choice("--loss", of: AdversarialLoss.allCases.map(\.rawValue)) {
            recipe.loss = AdversarialLoss(rawValue: loss)!
            // Their discriminator must not be steep anywhere.
            recipe.normalization = [.hinge, .wasserstein].contains(recipe.loss) ? .spectral : .batch
        }
        let normalizations = DCGANDiscriminator.Normalization.allCases.map(\.rawValue)
        if let name = try flags.choice("--normalization", of: normalizations) {
            recipe.normalization = DCGANDiscriminator.Normalization(rawValue: name)!
        }
        if let smoothing = try flags.number("--smoothing", in: 0...0.5) { recipe.smoothing = smoothing }
        guard recipe.smoothing == 0 || recipe.loss.hasTarget else {
            throw UsageError(
                "--smoothing changes a target, and the \(recipe.loss.rawValue) loss has none; leave it out")
        }
    }
}
