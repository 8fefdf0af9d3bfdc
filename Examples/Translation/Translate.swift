import Foundation
import Gradus
import GradusData
import GradusText
import GradusTraining

/// Translates a file, standard input, or what is typed.
struct Translate: Command {
    static let name = "translate"
    static let summary = "translates with a trained network: a file, standard input, or sentences as they are typed."
    static let examples = [
        CommandExample("translate", "type sentences and see their translations"),
        CommandExample("translate --text \"I am a student .\" --n-best 3", "several of one"),
        CommandExample("translate --input notes.en --output notes.de --beam 10", "translate a file line by line"),
    ]

    let network = NetworkFlags()
    @Flag("translate this", placeholder: "SENTENCE") var text: String?
    @Flag("translate the lines of a file", placeholder: "FILE") var input: String?
    @Flag("write to a file; by default to standard output", placeholder: "FILE") var output: String?
    @Flag("partial translations that the search keeps; 1 is greedy; by default the preset's", 1...1000) var beam: Int?
    let search = SearchFlags()
    @Flag("the most words of a translation; by default twice the source and 5", 1...10_000) var maximumLength: Int?
    @Flag("write so many translations of each line, with their scores", 1...1000) var nBest = 1
    @Flag("write <unk> instead of the source word that was attended to") var keepUnknown = false
    @Flag("write words with blanks between, as scores compare them") var tokens = false
    @Flag("sentences at a time", 1...10_000) var batchSize = 64

    func prepare() throws {
        if text != nil && input != nil {
            throw $text.error("names one sentence, --input a file of them; choose one")
        }
    }

    func run() throws {
        let trained = try network.load()
        var options = search.options(trained.preset.search, width: beam)
        options.maximumLength = maximumLength
        guard nBest <= options.width else {
            throw $nBest.error("\(nBest) translations need a --beam at least as wide, got \(options.width)")
        }
        if !keepUnknown && !trained.attends { options.excluded.append(SpecialToken.unknown) }
        let translator = trained.translator
        if let text { return try translateAll([text], translator, options) }
        if let input { return try translateAll(TextLines(input).lines, translator, options) }
        if isatty(STDIN_FILENO) == 1 { return converse(translator, options) }
        let bytes = try FileHandle.standardInput.readToEnd() ?? Data()
        try translateAll(TextLines(Array(bytes), from: "standard input").lines, translator, options)
    }

    private func translateAll(_ lines: [String], _ translator: Translator, _ options: SearchOptions) throws {
        Interrupt.watch()
        let start = ProcessInfo.processInfo.systemUptime
        var (unknown, written, done) = (UnknownWords(), "", 0)
        // About a thousand sentences at a time: enough to batch those of similar length, and the first results come early.
        while done < lines.count, !Interrupt.isRequested {
            let end = min(lines.count, done + 16 * batchSize)
            for line in translations(of: Array(lines[done..<end]), translator, options, done, lines.count, &unknown) {
                if output == nil { show(line) } else { written += line + "\n" }
            }
            done = end
        }
        if let output { try AtomicFile.write(Data(written.utf8), to: URL(fileURLWithPath: output)) }
        if let remark = unknown.remark { showError(remark) }
        let seconds = max(ProcessInfo.processInfo.systemUptime - start, 1e-9)
        showError(String(format: "%d sentences in %.2f s, %.1f a second", done, seconds, Double(done) / seconds))
        if done < lines.count { throw Interrupted(log: output ?? "the output") }
    }

    private func converse(_ translator: Translator, _ options: SearchOptions) {
        show("Type a sentence and Return; an empty line ends.")
        while true {
            FileHandle.standardOutput.write(Data("> ".utf8))
            guard let line = readLine(), !line.allSatisfy(\.isWhitespace) else { return }
            var unknown = UnknownWords()
            for translation in translations(of: [line], translator, options, 0, 1, &unknown) { show(translation) }
            if let remark = unknown.remark { show("  (\(remark))") }
        }
    }

    /// The lines to write for some sentences, the first of which has number `first`: one each, or several with scores.
    private func translations(
        of lines: [String], _ translator: Translator, _ options: SearchOptions, _ first: Int, _ all: Int,
        _ unknown: inout UnknownWords
    ) -> [String] {
        let sources = lines.map {
            unknown.replaced(translator.pipeline.source.tokens(of: $0), in: translator.pipeline.source.vocabulary)
        }
        for (index, source) in sources.enumerated() {
            translator.remark(onLine: first + index + 1, source, search.maxLength).map(showError)
        }
        let progress = WorkProgress(all == 1 ? "parts of the line" : "from line \(first + 1) of \(all)")
        let found = translator.ranked(
            nBest, of: sources, options, maxLength: search.maxLength, batchSize: batchSize,
            replacesUnknown: !keepUnknown, progress: progress.show(_:of:))
        return found.enumerated().flatMap { index, ranked -> [String] in
            let lines = ranked.map { words, score in
                let text = tokens ? words.joined(separator: " ") : translator.pipeline.target.text(of: words)
                return nBest == 1 ? text : "\(first + index + 1) ||| \(text) ||| \(String(format: "%.4f", score))"
            }
            return lines.isEmpty && nBest == 1 ? [""] : lines
        }
    }
}
