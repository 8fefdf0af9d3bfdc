import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusText

/// Translates a file, standard input, or what is typed.
struct TranslateCommand {
    private let flags: Flags
    private let best: Int
    private let batchSize: Int

    init(_ flags: Flags) throws {
        self.flags = flags
        best = try flags.integer("--n-best", in: 1...1000) ?? 1
        batchSize = try flags.integer("--batch-size", in: 1...10_000) ?? 64
    }

    func run() throws {
        let translator = try TrainedTranslator(flags)
        var options = try search(translator.search)
        if !flags.has("--keep-unknown") && !translator.looksAtSource { options.excluded.append(SpecialToken.unknown) }
        if let text = flags.text("--text") { return try translateAll([text], translator, options) }
        if let path = flags.text("--input") { return try translateAll(TextLines(path).lines, translator, options) }
        if isatty(STDIN_FILENO) == 1 { return converse(translator, options) }
        let input = try FileHandle.standardInput.readToEnd() ?? Data()
        try translateAll(TextLines(Array(input), from: "standard input").lines, translator, options)
    }

    /// The preset's search with what the flags change.
    private func search(_ preset: SearchOptions) throws -> SearchOptions {
        var options = preset
        if let width = try flags.integer("--beam", in: 1...1000) { options.width = width }
        if let penalty = try flags.number("--length-penalty", in: 0...10) { options.lengthPenalty = penalty }
        if let penalty = try flags.number("--coverage-penalty", in: 0...10) { options.coveragePenalty = penalty }
        if let length = try flags.integer("--maximum-length", in: 1...10_000) { options.maximumLength = length }
        guard best <= options.width else {
            throw UsageError("--n-best \(best) needs a --beam at least as wide, got \(options.width)")
        }
        return options
    }

    private func translateAll(_ lines: [String], _ translator: TrainedTranslator, _ options: SearchOptions) throws {
        Interrupt.watch()
        let start = ProcessInfo.processInfo.systemUptime
        let output = flags.text("--output").map(LineFile.init) ?? LineFile()
        var unknown = UnknownWords()
        // Some hundred sentences at a time: enough for sentences of like length to meet, and the reader need not wait.
        for first in stride(from: 0, to: lines.count, by: 16 * batchSize) where !Interrupt.isRequested {
            let part = Array(lines[first..<min(lines.count, first + 16 * batchSize)])
            for line in translations(of: part, translator, options, first, &unknown) { output.write(line) }
        }
        try output.finish()
        if let remark = unknown.remark { warn(remark) }
        let seconds = max(ProcessInfo.processInfo.systemUptime - start, 1e-9)
        warn(
            String(
                format: "%d sentences in %.2f s, %.1f a second", lines.count, seconds, Double(lines.count) / seconds))
    }

    private func converse(_ translator: TrainedTranslator, _ options: SearchOptions) {
        show("Type a sentence and Return; an empty line ends.")
        while true {
            FileHandle.standardOutput.write(Data("> ".utf8))
            guard let line = readLine(), !line.allSatisfy(\.isWhitespace) else { return }
            var unknown = UnknownWords()
            for translation in translations(of: [line], translator, options, 0, &unknown) { show(translation) }
            if let remark = unknown.remark { show("  (\(remark))") }
        }
    }

    /// The lines to write for some sentences: one each, or several with their scores.
    private func translations(
        of lines: [String], _ translator: TrainedTranslator, _ options: SearchOptions, _ first: Int,
        _ unknown: inout UnknownWords
    ) -> [String] {
        let sources = lines.map(translator.translating.wording.tokens(of:))
        for source in sources { unknown.note(source, in: translator.sourceVocabulary) }
        let parts = zip(lines.indices, sources).map { index, source in
            let parts = translator.translating.parts(of: source)
            if parts.count > 1 {
                warn(
                    "line \(first + index + 1) has \(source.count) words; the network has learned from at most "
                        + "\(translator.wording.text.maximumWords), so the line is translated in \(parts.count) parts")
            }
            return parts
        }
        let replaces = !flags.has("--keep-unknown")
        let found = translator.translating.hypotheses(of: parts.flatMap { $0 }, options, batchSize: batchSize)
        var rest = found[...]
        return parts.enumerated().flatMap { index, parts -> [String] in
            let hypotheses = Array(zip(parts, rest.prefix(parts.count)))
            rest = rest.dropFirst(parts.count)
            // The translation of rank r has that of each part, or the last one that a part has.
            let count = max(best == 1 ? 1 : 0, hypotheses.map(\.1.count).max() ?? 0)
            return (0..<min(best, count)).map { rank in
                let ranked = hypotheses.compactMap { part, found in
                    found.isEmpty ? nil : (part: part, found: found[min(rank, found.count - 1)])
                }
                let words = ranked.flatMap { part, found in
                    translator.translating.words(of: found, source: part, replacesUnknown: replaces)
                }
                let text = flags.has("--tokens") ? words.joined(separator: " ") : translator.wording.sentence(words)
                guard best > 1 else { return text }
                let score = ranked.reduce(0) { $0 + $1.found.score }
                return "\(first + index + 1) ||| \(text) ||| \(String(format: "%.4f", score))"
            }
        }
    }

    /// Tells something beside the translations.
    private func warn(_ remark: String) { FileHandle.standardError.write(Data("\(remark)\n".utf8)) }

    static let help = HelpText(
        program: "translation translate",
        summary: "translates with a trained network: a file, standard input, or sentences as they are typed.",
        examples: [
            ("swift run -c release translation translate", "type sentences and see their translations"),
            ("swift run -c release translation translate --text \"I am a student .\" --n-best 3", "several of one"),
            (
                "swift run -c release translation translate --input notes.en --output notes.de --beam 10",
                "translate a file, a sentence a line"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/translation)"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's best.safetensors)"),
            FlagSpecification("--text", .value("SENTENCE"), "translate this"),
            FlagSpecification("--input", .value("FILE"), "translate the lines of a file"),
            FlagSpecification("--output", .value("FILE"), "write to a file (default: standard output)"),
            FlagSpecification(
                "--beam", .value("N"), "how many beginnings are kept; 1 is greedy (default: the preset's)"),
            FlagSpecification(
                "--length-penalty", .value("X"), "0 for none, 1 to compare means (default: the preset's)"),
            FlagSpecification(
                "--coverage-penalty", .value("X"), "what a word never looked at costs (default: the preset's)"),
            FlagSpecification("--maximum-length", .value("N"), "the most words (default: twice the source and 5)"),
            FlagSpecification("--n-best", .value("N"), "write N translations with their scores (default 1)"),
            FlagSpecification("--keep-unknown", .toggle, "write <unk> instead of the source word that was looked at"),
            FlagSpecification("--tokens", .toggle, "write words with blanks between, as scores compare them"),
            FlagSpecification("--batch-size", .value("N"), "sentences at a time (default 64)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}

/// Where lines go: standard output at once, or a file when all are there.
private final class LineFile {
    private let path: String?
    private var text = ""

    init(_ path: String? = nil) { self.path = path }

    func write(_ line: String) {
        if path == nil { return show(line) }
        text += line + "\n"
    }

    func finish() throws {
        guard let path else { return }
        try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: path))
    }
}
