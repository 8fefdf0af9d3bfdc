import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusText

/// Draws where a trained translator looks, how its beam grows, and how well it does by sentence length.
struct AttentionCommand {
    private let flags: Flags
    private let width: Int
    private let count: Int

    init(_ flags: Flags) throws {
        self.flags = flags
        width = try flags.integer("--beam", in: 1...50) ?? 4
        count = try flags.integer("--sentences", in: 1...100) ?? 3
        if flags.has("--text") && flags.has("--input") {
            throw UsageError("--text names one sentence, --input a file of them; choose one")
        }
    }

    func run() throws {
        let translator = try TrainedTranslator(flags)
        let folder = try RunFolder(flags.text("--out") ?? "out/translation")
        showHeader(
            "translation attention",
            [("network", "\(translator.path), step \(translator.state.step)"), ("beam", "\(width)")])
        for (index, sentence) in try sentences(translator).enumerated() {
            try draw(sentence, translator, number: index + 1, folder)
        }
        if let other = flags.text("--against") { try compare(translator, TrainedTranslator(other), folder) }
        folder.listFiles()
    }

    private func draw(_ sentence: String, _ translator: TrainedTranslator, number: Int, _ folder: RunFolder) throws {
        let source = translator.translating.wording.tokens(of: sentence)
        guard !source.isEmpty else { throw UsageError("there is no word in \"\(sentence)\"") }
        var options = translator.search
        options.width = width
        let recorder = BeamRecorder()
        let found = translator.translating.hypotheses(of: [source], options, recorder: recorder)[0]
        guard let best = found.first else { return }
        show("\(sentence)\n  \(translator.wording.sentence(translator.translating.words(of: best, source: source)))")
        let drawing = AttentionDrawing(source: source, hypothesis: best, vocabulary: translator.targetVocabulary)
        let isDrawn = try drawing.write(
            png: folder.file("attention-\(number).png"), svg: folder.file("attention-\(number).svg"))
        if !isDrawn { show("  this network does not look at the source; there is no attention to draw") }
        try BeamDrawing(tree: recorder.trees[0], hypotheses: found, vocabulary: translator.targetVocabulary)
            .write(to: folder.file("beam-\(number).svg"))
    }

    /// What the flags name, else some sentences that were not learned from: of middle length, where there is most to see.
    private func sentences(_ translator: TrainedTranslator) throws -> [String] {
        if let text = flags.text("--text") { return [text] }
        if let path = flags.text("--input") {
            let lines = try TextLines(path).lines.filter { !$0.allSatisfy(\.isWhitespace) }
            guard !lines.isEmpty else {
                throw FileError(path: path, problem: "holds no sentence", advice: "Expected a sentence a line.")
            }
            return Array(lines.prefix(count))
        }
        let validation = try translator.record.pairs.load().validation.source
        return Array(
            validation.filter { (7...16).contains(translator.translating.wording.tokens(of: $0).count) }.prefix(count))
    }

    /// BLEU against sentence length for two networks, on sentences that neither has learned from.
    private func compare(_ first: TrainedTranslator, _ second: TrainedTranslator, _ folder: RunFolder) throws {
        guard first.record.pairsSource == second.record.pairsSource else {
            throw UsageError(
                "--against \(second.path) has learned from other sentences (\(second.record.pairsSource)) than "
                    + "\(first.path) (\(first.record.pairsSource))")
        }
        let chosen = try first.record.pairs.load()
        let text = (chosen.test ?? chosen.validation).first(flags.has("--smoke") ? 40 : .max)
        let names = (flags.texts("--names") + ["first", "second"]).prefix(2)
        let curves = zip(names, [first, second]).map { name, translator in
            let sources = text.source.map(translator.translating.wording.tokens(of:))
            let judged = JudgedSentences(
                // Both by the same words, whatever pieces they read.
                sources: text.source.map(translator.wording.words(of:)),
                hypotheses: translator.translating.translations(of: sources, SearchOptions()),
                references: text.target.map(translator.wording.words(of:)))
            show(judged.description(name))
            return (name: name, groups: judged.byLength)
        }
        let chart = LengthChart(curves: curves)
        chart.lines.forEach { show($0) }
        try chart.write(to: folder.file("bleu-by-length.svg"))
    }

    static let help = HelpText(
        program: "translation attention",
        summary: "draws where a trained translator looks while it writes, and every beginning that its beam kept; with "
            + "a second network, BLEU against sentence length for both.",
        examples: [
            ("swift run -c release translation attention", "three sentences that were not learned from"),
            (
                "swift run -c release translation attention --text \"she did not see the old bird\"",
                "a sentence of yours"
            ),
            (
                "swift run -c release translation attention --against out/plain/best.safetensors "
                    + "--names \"with attention\" \"without\"", "compare two networks"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/translation)"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's best.safetensors)"),
            FlagSpecification("--text", .value("SENTENCE"), "translate and draw this"),
            FlagSpecification("--input", .value("FILE"), "draw the first sentences of a file"),
            FlagSpecification("--sentences", .value("N"), "how many to draw (default 3)"),
            FlagSpecification("--beam", .value("N"), "how many beginnings are kept (default 4)"),
            FlagSpecification(
                "--against", .value("FILE"), "another network's checkpoint, to compare by sentence length"),
            FlagSpecification("--names", .values("NAME"), "what the two are called in the chart"),
            FlagSpecification("--smoke", .toggle, "compare on 40 sentences, to see that all works"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
