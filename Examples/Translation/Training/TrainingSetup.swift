import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusText
import GradusTraining

/// What a run works on, found before it begins: the sentences in words and numbers, and the checkpoint to go on from.
struct TrainingSetup {
    /// Sentences to judge by: for the loss in numbers, for translations in words.
    struct Judged {
        let pairs: SentencePairs
        let sources: [[String]]
        let references: [[String]]
        /// The sentences as they were written.
        let text: ParallelText
    }

    var record: RunRecord
    let wording: NumberedWording
    let training: SentencePairs
    let validation: Judged
    let test: Judged?
    /// The checkpoint to go on from.
    let startingPoint: String?
    /// What a reader should know about the sentences.
    private var remarks: [String]

    init(_ settings: TrainSettings, checkpoint: String) throws {
        if settings.isResuming {
            try self.init(resuming: checkpoint, settings)
            return
        }
        let chosen = try Self.cut(settings.pairs.load(), settings.isSmoke)
        let known = try Self.vocabularies(settings)
        guard
            let (wording, tokens) = NumberedWording.learned(
                settings.recipe.text, from: chosen.training, known: known.map(\.vocabulary))
        else {
            throw FileError(
                path: chosen.training.sourcePath, problem: "gives no vocabulary", advice: "Name other sentences.")
        }
        let record = RunRecord(
            preset: settings.preset, recipe: settings.recipe, seed: settings.seed, isSmoke: settings.isSmoke,
            wording: wording.wording, pairs: settings.pairs.settled(on: chosen), pairsSource: chosen.source,
            fingerprint: "")
        try self.init(record, wording, chosen, tokens, from: nil)
        remarks += known.compactMap(\.warning)
        self.record.fingerprint = RunRecord.fingerprint(of: training)
    }

    /// Goes on with the run of a checkpoint.
    private init(resuming path: String, _ settings: TrainSettings) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path,
                problem:
                    "is not there; train first, there is no run to go on with, or name its folder with --out, or leave --resume out"
            )
        }
        let trained = try TrainedTranslator(path)
        var record = trained.record
        let flags = settings.flags
        for flag in ["--preset", "--full"] where flags.has(flag) && settings.preset != record.preset {
            throw UsageError(
                "\(path) is a run of the preset \(record.preset), not of \(settings.preset); leave \(flag) out, or begin "
                    + "another run in another folder with --out")
        }
        var recipe = record.recipe
        try TrainSettings.read(flags, into: &recipe)
        // A run may go on for longer, or at another rate; all else would be another run.
        record.recipe.training.epochs = recipe.training.epochs
        record.recipe.training.learningRate = recipe.training.learningRate
        guard recipe == record.recipe, !flags.has("--seed") || settings.seed == record.seed,
            !settings.isSmoke || record.isSmoke
        else {
            throw UsageError(
                "the run to resume was begun with other settings; --resume takes --epochs and --learning-rate only")
        }
        let source = settings.pairs.isEmpty ? record.pairs : settings.pairs
        let chosen = try Self.cut(source.load(), record.isSmoke)
        let wording = trained.translating.wording
        try self.init(record, wording, chosen, wording.tokens(of: chosen.training), from: path)
        guard RunRecord.fingerprint(of: training) == record.fingerprint else {
            throw UsageError(
                "the sentences (\(chosen.source)) are not those that the run learned from (\(record.pairsSource))")
        }
    }

    private init(
        _ record: RunRecord, _ wording: NumberedWording, _ chosen: ChosenPairs, _ tokens: TokenPairs,
        from start: String?
    ) throws {
        (self.record, self.wording, startingPoint) = (record, wording, start)
        guard tokens.count > 0 else {
            throw FileError(
                path: chosen.training.sourcePath, problem: "holds no pair of sentences to learn from",
                advice: tokens.leftOut.descriptions.joined(separator: "; "))
        }
        for (language, words) in [("source", wording.source), ("target", wording.target)] {
            guard words.count > SpecialToken.all.count else {
                throw UsageError(
                    "no word of the \(language) is known: none occurs \(record.recipe.text.minimumCount) times, or the "
                        + "vocabulary has room for none; choose a preset with a smaller \"minimumCount\"")
            }
        }
        training = wording.pairs(tokens)
        let parts = [chosen.validation] + (chosen.test.map { [$0] } ?? [])
        let judged = parts.map { Self.judged($0, wording) }
        validation = judged[0].sentences
        test = judged.count > 1 ? judged[1].sentences : nil
        remarks = tokens.leftOut.descriptions + judged.flatMap(\.remarks)
        guard validation.text.count > 0 else {
            throw FileError(
                path: chosen.validation.sourcePath, problem: "holds no sentence to judge by",
                advice: remarks.joined(separator: "; "))
        }
    }

    /// The vocabularies of the files `PREFIX.en` and `PREFIX.de`, when the flags name such.
    private static func vocabularies(_ settings: TrainSettings) throws -> [VocabularyFile] {
        guard let prefix = settings.flags.text("--vocabulary") else { return [] }
        guard let from = settings.pairs.from, let to = settings.pairs.to, settings.recipe.text.merges == nil else {
            throw UsageError("--vocabulary needs --from and --to, and a preset without merges, which make their own")
        }
        return try [from, to].map { try VocabularyFile("\(prefix).\($0)") }
    }

    /// Sentences to judge by, without those that are empty or too long, and what to say about these.
    private static func judged(
        _ text: ParallelText, _ wording: NumberedWording
    ) -> (sentences: Judged, remarks: [String]) {
        let tokens = wording.tokens(of: text)
        let numbers = Set(tokens.lines)
        let kept = text.lines { numbers.contains($0) }
        let judged = Judged(
            pairs: wording.pairs(tokens), sources: tokens.source,
            references: kept.target.map(wording.wording.words(of:)), text: kept)
        return (judged, tokens.leftOut.descriptions)
    }

    private static func cut(_ pairs: ChosenPairs, _ isSmoke: Bool) -> ChosenPairs {
        guard isSmoke else { return pairs }
        return ChosenPairs(
            name: pairs.name, source: pairs.source, training: pairs.training.first(200),
            validation: pairs.validation.first(20), test: pairs.test?.first(20))
    }

    /// The words of a pass, of both languages.
    var words: Int { (training.source + training.target).reduce(0) { $0 + $1.count } }

    /// Prints what the run is.
    func describe(parameters: Int, batches: Int, at state: TrainingState) {
        let recipe = record.recipe
        let mean = Double(words) / Double(max(1, training.count))
        showHeader(
            "translation",
            [
                ("seed", "\(record.seed)"), ("preset", "\(record.preset): \(recipe.about)"),
                ("data", record.pairsSource),
                (
                    "sentences",
                    "\(training.count) pairs to learn from, \(String(format: "%.1f", mean)) words each; "
                        + "\(validation.text.count) to judge by\(test.map { ", \($0.text.count) to test" } ?? "")"
                ),
                ("vocabularies", "\(wording.source.count) and \(wording.target.count) words"),
                ("network", recipe.network.description), ("parameters", "\(parameters)"),
                ("training", "\(recipe.training.epochs) epochs of \(batches) batches"),
            ])
        for remark in remarks { show(remark) }
        if state.step > 0 { show("continuing at step \(state.step)\n") }
    }
}

extension Recipe.Network {
    var description: String {
        if let t = transformer {
            return
                "Transformer, \(t.layers) + \(t.layers) layers of \(t.features), \(t.heads) heads, hidden \(t.hidden)"
        }
        let s = seq2seq ?? Seq2Seq.Options()
        return "\(s.layers) × \(s.units) \(s.cell.rawValue), \(s.encoder.rawValue) encoder, \(s.wiring.rawValue), "
            + "attention \(s.attention?.rawValue ?? "none"), embeddings of \(s.embedding)"
    }
}
