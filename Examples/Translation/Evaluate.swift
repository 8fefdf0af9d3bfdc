import Foundation
import Gradus
import GradusData
import GradusText
import GradusTraining

/// Scores a trained translator on sentences that it has not learned from, or translations that exist already.
struct Evaluate: Command {
    static let name = "evaluate"
    static let summary =
        "scores a trained translator: BLEU, ROUGE-L, exact sentences and perplexity on sentences that it has "
        + "not learned from, greedy and with a beam, and BLEU against sentence length. Or scores translations of another "
        + "program."
    static let examples = [
        CommandExample("evaluate", "the test part of the run's sentences"),
        CommandExample(
            "evaluate --data texts/news --from en --to fr", "sentences of yours, texts/news.en and texts/news.fr"),
        CommandExample("evaluate --hypotheses a.de --references b.de", "two files, a sentence on each line"),
    ]

    let network = NetworkFlags()
    let pairs = SentenceFlags()
    @Flag("which part of the sentences is scored") var part = Part.test
    @Flag("the first N sentences only", 1...10_000_000) var sentences: Int?
    @Flag("width of the beam beside greedy search; 1 for greedy alone", 1...1000) var beam = 10
    let search = SearchFlags()
    @Flag("score this file instead of a network's translations", placeholder: "FILE") var hypotheses: String?
    @Flag("what it should say, line by line", placeholder: "FILE") var references: String?
    @Flag("what stands between white space in the two files is a word") var tokens = false
    @Flag("distinguish capital letters of the two files, with and without --tokens") var keepCase = false
    @Flag("20 sentences, to see that everything works") var smoke = false

    enum Part: String, FlagValue, CaseIterable { case test, validation }

    func prepare() throws {
        guard (hypotheses == nil) == (references == nil) else {
            throw $hypotheses.error("belongs together with --references")
        }
        if hypotheses == nil && (tokens || keepCase) {
            throw UsageError("the words of files, --tokens and --keep-case, belong to --hypotheses")
        }
    }

    func run() throws {
        if let hypotheses, let references {
            let folder = try OutputFolder(network.$out.isGiven ? network.out : "out/translation-evaluate")
            return try score(hypotheses, references, folder)
        }
        try score(network.load(), network.folder())
    }

    /// Scores two files, a sentence on each line.
    private func score(_ hypothesesPath: String, _ referencesPath: String, _ folder: OutputFolder) throws {
        let text = try ParallelText(source: hypothesesPath, target: referencesPath).first(limit)
        func words(_ line: String) -> [String] {
            // With --tokens the blanks of the file say what a word is, as for sacrebleu's tokenize none.
            tokens
                ? (keepCase ? line : line.lowercasedInContext()).blankSeparated
                : Tokenizer(lowercased: !keepCase).tokens(of: line)
        }
        let scores = TranslationScores(text.source.map(words), references: text.target.map(words))
        showTable([
            ("hypotheses", hypothesesPath), ("references", referencesPath), ("sentences", "\(text.count)"),
            (
                "tokens",
                "\(tokens ? "what stands between white space" : "words and marks"), "
                    + (keepCase ? "as they are written" : "in small letters")
            ),
        ])
        show("file        \(scores.line)")
        try finish(scores.metrics(""), folder)
    }

    private func score(_ trained: TrainedTranslator, _ folder: OutputFolder) throws {
        let (translator, pipeline) = (trained.translator, trained.translator.pipeline)
        let (text, name) = try scoredSentences(trained)
        let sources = text.source.map(pipeline.source.tokens(of:))
        let references = text.target.map(pipeline.target.words(of:))
        showTable([
            ("network", "\(trained.path), step \(trained.step)"), ("data", name), ("sentences", "\(text.count)"),
        ])
        for (index, source) in sources.enumerated() {
            translator.remark(onLine: index + 1, source, search.maxLength).map { show($0) }
        }
        let perplexity = translator.perplexity(of: pipeline.numbers(of: pipeline.tokens(of: text)))
        show(String(format: "perplexity  %.3f", perplexity))
        var (metrics, last): ([Metric], TranslationScores?) = ([], nil)
        let searches =
            [("greedy", SearchOptions())]
            + (beam > 1 ? [("beam", search.options(trained.preset.search, width: beam))] : [])
        for (kind, options) in searches {
            let start = ProcessInfo.processInfo.systemUptime
            let found = translator.translations(
                of: sources, options, maxLength: search.maxLength, progress: WorkProgress("\(kind) search").show(_:of:))
            let seconds = ProcessInfo.processInfo.systemUptime - start
            let scores = TranslationScores(found, references: references)
            show((kind + "      ").prefix(8) + scores.line)
            metrics += scores.metrics("\(kind)_")
            metrics.append(Metric("\(kind)_sentences_per_second", Double(text.count) / max(seconds, 1e-9)))
            try folder.write(found.map { pipeline.target.text(of: $0) + "\n" }.joined(), to: "\(kind).txt")
            last = scores
        }
        let chart = LengthChart(curves: [("this translator", last!.byLength(sources))])
        chart.lines.forEach { show($0) }
        try folder.write(chart.svg, to: "bleu-by-length.svg")
        try finish(metrics + [Metric("perplexity", perplexity)], folder)
    }

    private func finish(_ metrics: [Metric], _ folder: OutputFolder) throws {
        try EventLog(URL(fileURLWithPath: folder.file("evaluation.jsonl"))).result(metrics)
        folder.listFiles()
    }

    private var limit: Int { sentences ?? (smoke ? 20 : .max) }

    private func scoredSentences(_ trained: TrainedTranslator) throws -> (text: ParallelText, name: String) {
        let own = pairs.source
        // Of files that are named here nothing has to be left for training.
        if own.isFiles {
            let text = try own.wholeFiles().first(limit)
            return (text, "\(text.sourcePath) and \(text.targetPath)")
        }
        let corpus = try (own.isEmpty ? trained.sentences : own).load()
        let isTest = part == .test && corpus.test != nil
        let text = isTest ? corpus.test! : corpus.validation
        return (text.first(limit), "\(isTest ? "test" : "validation") part of \(corpus.description)")
    }
}

extension TranslationScores {
    /// BLEU, ROUGE-L and exact sentences.
    fileprivate func metrics(_ prefix: String) -> [Metric] {
        [
            Metric("\(prefix)bleu", bleu.score), Metric("\(prefix)rouge_l", rouge),
            Metric("\(prefix)exact", exact, unit: "%"),
        ]
    }
}
