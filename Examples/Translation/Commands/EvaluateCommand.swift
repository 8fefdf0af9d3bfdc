import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusText
import GradusTraining

/// Scores a trained translator on sentences that it has not learned from, or translations that are at hand.
struct EvaluateCommand {
    private let flags: Flags
    private let width: Int
    private let usesValidation: Bool
    private let limit: Int

    init(_ flags: Flags) throws {
        self.flags = flags
        width = try flags.integer("--beam", in: 1...1000) ?? 10
        usesValidation = try flags.choice("--part", of: ["test", "validation"]) == "validation"
        limit = try flags.integer("--sentences", in: 1...10_000_000) ?? (flags.has("--smoke") ? 20 : .max)
        guard flags.has("--hypotheses") == flags.has("--references") else {
            throw UsageError("--hypotheses and --references belong together")
        }
    }

    func run() throws {
        let folder = try RunFolder(flags.text("--out") ?? "out/translation")
        let log = try EventLog(URL(fileURLWithPath: folder.file("evaluation.jsonl")))
        if let hypotheses = flags.text("--hypotheses"), let references = flags.text("--references") {
            try score(hypotheses, references, log)
        } else {
            try judge(TrainedTranslator(flags), folder, log)
        }
        folder.listFiles()
    }

    /// Scores two files, a sentence a line.
    private func score(_ hypothesesPath: String, _ referencesPath: String, _ log: EventLog) throws {
        let text = try ParallelText(source: hypothesesPath, target: referencesPath)
        let isLowercased = !flags.has("--keep-case")
        func words(_ line: String) -> [String] {
            // With --tokens the blanks of the file say what a word is, as for sacrebleu's tokenize none.
            flags.has("--tokens")
                ? (isLowercased ? line.lowercasedInContext() : line).blankSeparated
                : Tokenizer(lowercased: isLowercased).tokens(of: line)
        }
        let references = text.target.map(words)
        let judged = JudgedSentences(sources: references, hypotheses: text.source.map(words), references: references)
        showHeader(
            "translation evaluate",
            [
                ("hypotheses", hypothesesPath), ("references", referencesPath), ("sentences", "\(text.count)"),
                (
                    "tokens",
                    "\(flags.has("--tokens") ? "what stands between white space" : "words and marks"), "
                        + (isLowercased ? "in small letters" : "as they are written")
                ),
            ])
        show(judged.description("file"))
        try RunResult(figures(judged, "")).report(to: log)
    }

    private func judge(_ translator: TrainedTranslator, _ folder: RunFolder, _ log: EventLog) throws {
        let (text, name) = try sentences(of: translator)
        let wording = translator.wording
        let sources = text.source.map(translator.translating.wording.tokens(of:))
        let references = text.target.map(wording.words(of:))
        let pairs = translator.translating.wording.pairs(translator.translating.wording.tokens(of: text))
        showHeader(
            "translation evaluate",
            [
                ("network", "\(translator.path), step \(translator.state.step)"), ("data", name),
                ("sentences", "\(text.count)"),
            ])
        let loss = translator.translating.loss(of: pairs)
        let perplexity = GradusText.perplexity(loss: loss.nats, words: loss.words)
        show(String(format: "perplexity  %.3f over %d words", perplexity, loss.words))
        var results: [RunResult.Figure] = []
        var best: JudgedSentences?
        for (kind, options) in try searches(translator.search) {
            let start = ProcessInfo.processInfo.systemUptime
            let found = translator.translating.translations(of: sources, options)
            let seconds = ProcessInfo.processInfo.systemUptime - start
            let judged = JudgedSentences(sources: sources, hypotheses: found, references: references)
            show(judged.description(kind))
            results += figures(judged, "\(kind)_")
            results.append(
                .init("\(kind)_sentences_per_second", Double(text.count) / max(seconds, 1e-9)))
            best = judged
            try write(found.map(wording.sentence), to: folder.file("\(kind).txt"))
        }
        if let best {
            let chart = LengthChart(curves: [("this translator", best.byLength)])
            chart.lines.forEach { show($0) }
            try chart.write(to: folder.file("bleu-by-length.svg"))
        }
        results.append(.init("perplexity", perplexity))
        try RunResult(results).report(to: log)
    }

    /// Greedy, and the beam that the flags or the preset ask for.
    private func searches(_ preset: SearchOptions) throws -> [(name: String, options: SearchOptions)] {
        var options = preset
        options.width = width
        if let penalty = try flags.number("--length-penalty", in: 0...10) { options.lengthPenalty = penalty }
        if let penalty = try flags.number("--coverage-penalty", in: 0...10) { options.coveragePenalty = penalty }
        return [("greedy", SearchOptions())] + (width > 1 ? [("beam", options)] : [])
    }

    private func sentences(of translator: TrainedTranslator) throws -> (text: ParallelText, name: String) {
        let own = try PairSource(flags)
        let chosen = try (own.isEmpty ? translator.record.pairs : own).load()
        // Of files that are named here nothing has to be left to learn from.
        let whole = own.data != nil && own.name == nil ? try own.whole() : nil
        let part = whole ?? (usesValidation ? chosen.validation : chosen.test ?? chosen.validation)
        let kind =
            whole != nil ? "all of" : usesValidation || chosen.test == nil ? "validation part of" : "test part of"
        return (part.first(limit), "\(kind) \(chosen.source)")
    }

    private func figures(_ judged: JudgedSentences, _ prefix: String) -> [RunResult.Figure] {
        [
            .init("\(prefix)bleu", judged.bleu.score), .init("\(prefix)rouge_l", judged.rouge),
            .init("\(prefix)exact", judged.exact, within: nil, unit: "%"),
        ]
    }

    private func write(_ lines: [String], to path: String) throws {
        try AtomicFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: URL(fileURLWithPath: path))
    }
}
