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
            throw UsageError("--text names one sentence, --input a file of them; choose one")
        }
    }

    func run() throws {
        let trained = try network.load()
        var options = search.options(trained.preset.search, width: beam)
        options.maximumLength = maximumLength
        guard nBest <= options.width else {
            throw UsageError("--n-best \(nBest) needs a --beam at least as wide, got \(options.width)")
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
        // Some hundred sentences at a time: enough for those of similar length to meet, and nobody has to wait for all.
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
        if Interrupt.isRequested && done < lines.count {
            throw UsageError("interrupted after \(done) of \(lines.count) lines")
        }
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
        let parts = sources.map { translator.parts(of: $0, search.maxLength) }
        let progress = WorkProgress(all == 1 ? "parts of the line" : "line \(first + 1) and after, of \(all)")
        let found = translator.hypotheses(
            of: parts.flatMap { $0 }, options, batchSize: batchSize, progress: progress.show(_:of:))
        var rest = found[...]
        return parts.enumerated().flatMap { index, parts -> [String] in
            let hypotheses = Array(zip(parts, rest.prefix(parts.count)))
            rest = rest.dropFirst(parts.count)
            // The translation of rank r has that of each part, or the last one that a part has.
            let count = max(nBest == 1 ? 1 : 0, hypotheses.map(\.1.count).max() ?? 0)
            return (0..<min(nBest, count)).map { rank in
                let ranked = hypotheses.compactMap { part, found in
                    found.isEmpty ? nil : (part: part, found: found[min(rank, found.count - 1)])
                }
                let words = ranked.flatMap { part, found in
                    translator.words(of: found, source: part, replacesUnknown: !keepUnknown)
                }
                let text = tokens ? words.joined(separator: " ") : translator.pipeline.target.text(of: words)
                guard nBest > 1 else { return text }
                let score = ranked.reduce(0) { $0 + $1.found.score }
                return "\(first + index + 1) ||| \(text) ||| \(String(format: "%.4f", score))"
            }
        }
    }
}

/// The words of sentences to translate that a network does not know.
struct UnknownWords {
    private var (sentences, affected) = (0, 0)
    /// Each word once, in the order of their appearance, with what people should know about it.
    private var words: [String] = []
    private var seen: Set<String> = []

    /// The tokens of a sentence; one that is known in small letters only is replaced by these.
    mutating func replaced(_ tokens: [String], in vocabulary: Vocabulary<String>) -> [String] {
        let missing = tokens.filter { !vocabulary.contains($0) }
        sentences += 1
        affected += missing.isEmpty ? 0 : 1
        for word in missing where seen.count < 10_000 && seen.insert(word).inserted {
            let small = word.lowercasedInContext()
            words.append(vocabulary.contains(small) ? "“\(word)” (read as “\(small)”)" : "“\(word)”")
        }
        return tokens.map { token in
            let small = token.lowercasedInContext()
            return !vocabulary.contains(token) && vocabulary.contains(small) ? small : token
        }
    }

    /// What people should know; nil when all words are known.
    var remark: String? {
        guard !words.isEmpty else { return nil }
        let list = words.prefix(10).joined(separator: ", ") + (words.count > 10 ? " and \(words.count - 10) more" : "")
        return (sentences == 1 ? "" : "\(affected) of \(sentences) sentences have ")
            + "words that the network has not learned: \(list)"
    }
}
