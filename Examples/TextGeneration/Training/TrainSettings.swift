import ExampleSupport
import Foundation
import Gradus
import GradusModels

/// What the command line asks of a training.
struct TrainSettings {
    var recipe = Recipe()
    /// Whether `--epochs` was given; else their number follows from the text's length.
    var hasEpochs = false
    var name: ChosenText.Name?
    var data: String?
    var out: String
    var isResuming: Bool
    /// A checkpoint to begin from.
    var start: String?
    var isSmoke: Bool
    var isFull: Bool
    let flags: Flags

    init(_ flags: Flags) throws {
        self.flags = flags
        name = try flags.choice("--dataset", of: ChosenText.Name.allCases.filter { $0 != .own }.map(\.rawValue))
            .flatMap(ChosenText.Name.init)
        data = flags.text("--data")
        out = flags.text("--out") ?? "out/text-generation"
        isResuming = flags.has("--resume")
        start = flags.text("--init-from")
        isSmoke = flags.has("--smoke")
        isFull = flags.has("--full")
        if isSmoke && isFull { throw UsageError("--smoke and --full contradict each other") }
        if isResuming && start != nil { throw UsageError("--resume and --init-from contradict each other") }
        if isSmoke { (recipe.units, recipe.streams, recipe.steps) = (32, 10, 25) }
        try Self.read(flags, into: &recipe)
        hasEpochs = flags.has("--epochs") || isFull
    }

    /// Changes what the flags ask for.
    static func read(_ flags: Flags, into recipe: inout Recipe) throws {
        func integer(_ name: String, _ range: ClosedRange<Int>, _ position: WritableKeyPath<Recipe, Int>) throws {
            if let value = try flags.integer(name, in: range) { recipe[keyPath: position] = value }
        }
        func share(_ name: String, _ position: WritableKeyPath<Recipe, Double>) throws {
            guard let value = try flags.number(name, in: 0...0.99) else { return }
            recipe[keyPath: position] = Double(value)
        }
        func positive(_ name: String, _ position: WritableKeyPath<Recipe, Float>) throws {
            if let value = try flags.positiveNumber(name) { recipe[keyPath: position] = value }
        }
        if let cell = try flags.choice("--cell", of: RecurrentKind.allCases.map(\.rawValue)) {
            recipe.cell = cell
        }
        try integer("--units", 1...4096, \.units)
        try integer("--layers", 1...16, \.layers)
        try integer("--batch-size", 1...10_000, \.streams)
        try integer("--steps", 1...10_000, \.steps)
        try integer("--epochs", 1...10_000, \.epochs)
        try integer("--seed", 0...Int(Int32.max), \.seed)
        try integer("--decay-from", 1...10_000, \.decayFrom)
        try integer("--minimum-count", 1...1_000_000, \.minimumCount)
        try share("--dropout", \.dropout)
        try share("--held-out", \.heldOut)
        try positive("--learning-rate", \.learningRate)
        try positive("--clip", \.clip)
        try positive("--decay", \.decay)
        if let rate = try flags.number("--averaging", in: 0...0.99999) { recipe.averaging = rate }
        if let size = try flags.integer("--embedding", in: 1...4096) { recipe.embedding = size }
        if flags.has("--tied") {
            recipe.tiesOutput = true
            recipe.embedding = recipe.embedding ?? recipe.units
            guard recipe.embedding == recipe.units else {
                throw UsageError(
                    "--tied needs an embedding as long as the state: leave --embedding out or set it to \(recipe.units)"
                )
            }
        }
        recipe.rateRule =
            try flags.choice("--schedule", of: Recipe.RateRule.allCases.map(\.rawValue))
            .flatMap(Recipe.RateRule.init) ?? recipe.rateRule
        recipe.method =
            try flags.choice("--optimizer", of: Recipe.Method.allCases.map(\.rawValue))
            .flatMap(Recipe.Method.init) ?? recipe.method
        recipe.split =
            try flags.choice("--split", of: Recipe.Split.allCases.map(\.rawValue))
            .flatMap(Recipe.Split.init) ?? recipe.split
    }
}
