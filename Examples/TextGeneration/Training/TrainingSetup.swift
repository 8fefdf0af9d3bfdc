import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusText
import GradusTraining

/// What a run works on, found before it begins: the text, its alphabet, its parts, and the checkpoint to begin from.
struct TrainingSetup {
    var record: RunRecord
    let alphabet: Vocabulary<Character>
    let training: TextStreams
    let heldOut: TextStreams
    /// The checkpoint to begin from.
    let startingPoint: String?
    /// Whether the checkpoint's position is this run's, so that it goes on as if it had never stopped.
    let isContinuing: Bool
    /// Whether the run begins in this folder now, from new weights or another run's.
    let isNew: Bool
    private let source: String
    private let length: Int

    init(_ settings: TrainSettings, checkpoint: String) throws {
        if settings.isResuming {
            try self.init(resuming: checkpoint, settings)
        } else if let start = settings.start {
            try self.init(from: start, settings)
        } else {
            try self.init(anew: settings)
        }
    }

    private init(anew settings: TrainSettings) throws {
        let chosen = try ChosenText(path: settings.data, name: settings.name)
        let alphabet = Vocabulary(charactersOf: chosen.text, minimumCount: settings.recipe.minimumCount)
        guard alphabet.tokens != [Vocabulary<Character>.replacement] else {
            throw UsageError(
                "--minimum-count \(settings.recipe.minimumCount): the text (\(chosen.source)) has no character so often; "
                    + "choose a smaller one")
        }
        let tokens = try Self.cut(encoded(chosen, alphabet), settings.isSmoke)
        let recipe = try Self.withEpochs(settings.recipe, settings, tokens, chosen)
        let record = RunRecord(recipe, size: Self.size(settings), alphabet, chosen, tokens)
        try self.init(record, alphabet, tokens, chosen, nil, isContinuing: false)
    }

    /// Goes on with the run of a checkpoint.
    private init(resuming path: String, _ settings: TrainSettings) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path,
                problem:
                    "is not there, so there is no run to go on with; name its folder with --out, or leave --resume out")
        }
        var record = try RunRecord(Checkpoint.state(in: path), path)
        var recipe = record.recipe
        try TrainSettings.read(settings.flags, into: &recipe)
        // A run may go on for longer, or at another rate; all else would be another run.
        (record.recipe.epochs, record.recipe.learningRate) = (recipe.epochs, recipe.learningRate)
        guard recipe == record.recipe, !settings.isSmoke || record.size == "smoke",
            !settings.isFull || record.size == "full"
        else {
            throw UsageError(
                "the run to resume was begun with other settings; --resume takes --epochs and --learning-rate only. "
                    + "To begin another run with its weights, use --init-from")
        }
        let alphabet = try record.vocabulary(path)
        let chosen = try Self.text(of: record, settings)
        let tokens = try Self.cut(encoded(chosen, alphabet), record.size == "smoke")
        guard RunRecord.fingerprint(of: tokens) == record.fingerprint else {
            let ends = alphabet.contains("\r\n") && alphabet.contains("\n")
            throw UsageError(
                "the text (\(chosen.source)) is not the one that the run learned from (\(record.textSource))"
                    + (ends ? ", which had line ends of two kinds; they are read as one now. " : ". ")
                    + "Name that one with --data, or begin another run with --init-from")
        }
        try self.init(record, alphabet, tokens, chosen, path, isContinuing: true, isNew: false)
    }

    /// Begins a run with the weights of another: same alphabet and network; on the same text it also takes over the place.
    private init(from path: String, _ settings: TrainSettings) throws {
        let other = try TrainedNetwork(path)
        var recipe = other.record.recipe
        try TrainSettings.read(settings.flags, into: &recipe)
        guard recipe.hasShape(of: other.record.recipe) else {
            throw UsageError(
                "--init-from: the network of \(path) has another cell, size or embedding than the flags ask for")
        }
        let chosen = try Self.text(of: other.record, settings)
        let tokens = try Self.cut(encoded(chosen, other.alphabet), settings.isSmoke)
        var record = RunRecord(recipe, size: Self.size(settings), other.alphabet, chosen, tokens)
        let isSame = record.fingerprint == other.record.fingerprint && recipe.hasCut(of: other.record.recipe)
        if !isSame { record.recipe = try Self.withEpochs(recipe, settings, tokens, chosen) }
        try self.init(record, other.alphabet, tokens, chosen, path, isContinuing: isSame)
    }

    private init(
        _ record: RunRecord, _ alphabet: Vocabulary<Character>, _ tokens: [Int32], _ chosen: ChosenText,
        _ start: String?, isContinuing: Bool, isNew: Bool = true
    ) throws {
        (self.record, self.alphabet, startingPoint, self.isContinuing) = (record, alphabet, start, isContinuing)
        (source, length, self.isNew) = (chosen.source, tokens.count, isNew)
        (training, heldOut) = try Self.parts(record.recipe, tokens, chosen)
    }

    private static func size(_ settings: TrainSettings) -> String {
        settings.isSmoke ? "smoke" : settings.isFull ? "full" : "default"
    }

    private static func cut(_ tokens: [Int32], _ isSmoke: Bool) -> [Int32] {
        isSmoke ? Array(tokens.prefix(smokeLength)) : tokens
    }

    /// The text of the flags, else the one of the run that is gone on with.
    private static func text(of record: RunRecord, _ settings: TrainSettings) throws -> ChosenText {
        if settings.data != nil || settings.name != nil {
            return try ChosenText(path: settings.data, name: settings.name)
        }
        let name = ChosenText.Name(rawValue: record.textName)
        return try ChosenText(path: name == .own ? record.textSource : nil, name: name)
    }

    /// The recipe with as many epochs as make about 2,500 steps, unless their number was given.
    private static func withEpochs(
        _ recipe: Recipe, _ settings: TrainSettings, _ tokens: [Int32], _ chosen: ChosenText
    ) throws -> Recipe {
        var recipe = recipe
        let batches = try parts(recipe, tokens, chosen).training.count
        if !settings.hasEpochs { recipe.epochs = settings.isSmoke ? 2 : max(1, (2500 + batches / 2) / batches) }
        return recipe
    }

    private static func parts(
        _ recipe: Recipe, _ tokens: [Int32], _ chosen: ChosenText
    ) throws -> (training: TextStreams, heldOut: TextStreams) {
        do {
            return try recipe.parts(of: tokens)
        } catch let error as TextTooShort {
            throw FileError(
                path: chosen.source, problem: "\(error)",
                advice: "A smaller --batch-size or smaller --steps need less, or name a longer text with --data.")
        }
    }

    /// The loss of an n-gram model on the same text, in nats.
    func baseline(order: Int) -> Double {
        NGramModel(training.rows, vocabulary: alphabet.count, order: order).crossEntropies(of: heldOut.rows)[order - 1]
    }

    /// Prints what the run is.
    func describe(parameters: Int, at state: TrainingState) {
        let recipe = record.recipe
        let left = recipe.epochs * training.count - state.step
        let seconds = Speed.recurrentTrainingSeconds(
            multiplyAdds: recipe.multiplyAdds(vocabulary: alphabet.count), steps: left * recipe.streams * recipe.steps,
            speed: Speed.measuredRecurrent())
        let input = recipe.embedding.map { "embeddings of \($0)" } ?? "one-hot characters"
        showHeader(
            "text-generation",
            [
                ("seed", "\(recipe.seed)"), ("data", source),
                ("text", "\(length) characters, \(alphabet.count) different ones"),
                (
                    "batches",
                    "\(training.count) to learn from, \(heldOut.count) to judge by; "
                        + "\(recipe.streams) streams of \(recipe.steps) steps"
                ),
                (
                    "network",
                    "\(recipe.layers) × \(recipe.units) \(recipe.cell), \(input)\(recipe.tiesOutput ? ", tied" : "")"
                ),
                ("parameters", "\(parameters)"),
                ("training", "\(recipe.epochs) epochs, about \(durationText(seconds))"),
            ])
        if alphabet.count == 1 {
            show(
                "the text is one character, \(alphabet[0].debugDescription), again and again; there is nothing to learn\n"
            )
        }
        if alphabet.contains("\0") {
            show("the text holds NUL characters, which text seldom does; is it of another kind?\n")
        }
        if state.step > 0 { show("continuing at step \(state.step)\n") }
    }
}

extension Recipe {
    /// Whether both recipes make the same network.
    func hasShape(of other: Recipe) -> Bool {
        cell == other.cell && units == other.units && layers == other.layers && embedding == other.embedding
            && tiesOutput == other.tiesOutput
    }

    /// Whether both recipes cut a text into the same batches.
    func hasCut(of other: Recipe) -> Bool {
        streams == other.streams && steps == other.steps && split == other.split && heldOut == other.heldOut
    }
}
