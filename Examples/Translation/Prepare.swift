import Foundation
import Gradus
import GradusData
import GradusText
import GradusTraining

/// Cuts two aligned texts into words, counts them, and writes what nmt's programs and this one read.
struct Prepare: Command {
    static let name = "prepare"
    static let summary =
        "cuts two aligned texts into words and writes them with their vocabularies, as tensorflow/nmt reads "
        + "them, and says what is in them. Learns byte-pair encoding if asked. Training does all this by itself; this "
        + "shows it."
    static let examples = [
        CommandExample("prepare", "the sentences that training would take"),
        CommandExample("prepare --data texts/train --from en --to fr", "texts/train.en and texts/train.fr"),
        CommandExample(
            "prepare --source a.txt --target b.txt --from en --to vi --merges 8000",
            "two files, with byte-pair encoding"),
    ]

    let sentences = SentenceFlags()
    @Flag("the sentences to translate", placeholder: "FILE") var source: String?
    @Flag("their translations, line for line", placeholder: "FILE") var target: String?
    @Flag("where results go", placeholder: "FOLDER") var out = "out/translation-text"
    @Flag("distinguish capital letters from small ones") var keepCase = false
    @Flag("rarer words become unknown", 1...1_000_000) var minimumCount = 1
    @Flag("the most words of a vocabulary", 5...10_000_000) var vocabulary: Int?
    @Flag("pairs with a longer side are left out", 1...10_000) var maximumWords = 100
    @Flag("learn byte-pair encoding of N merges on both languages", 1...1_000_000) var merges: Int?

    func prepare() throws {
        guard (source == nil) == (target == nil) else { throw $source.error("belongs together with --target") }
        if source != nil && (sentences.data != nil || sentences.dataset != nil) {
            throw $source.error("names a file; --data and --dataset choose others")
        }
    }

    func run() throws {
        let (parts, description, languages) = try chosenParts()
        let tokenizer = Tokenizer(lowercased: !keepCase)
        let pairs = try parts.map { name, text in
            let pairs = TokenPairs(text, maximumWords: maximumWords, tokens: tokenizer.tokens)
            guard pairs.count > 0 else {
                throw FileError(
                    path: text.sourcePath, problem: "no pair of sentences is left",
                    advice: pairs.leftOut.descriptions.joined(separator: "; "))
            }
            return (name: name, pairs: pairs)
        }
        // The first part is that to learn from, so it decides which words are known.
        let training = pairs[0].pairs
        let vocabularies = [training.source, training.target].map {
            Vocabulary(translating: $0, minimumCount: minimumCount, limit: vocabulary ?? .max)
        }
        let encoding = merges.map { BytePairEncoding.learn(from: training.source + training.target, merges: $0) }

        let folder = try OutputFolder(out)
        guard !FileManager.default.fileExists(atPath: folder.file("checkpoint.safetensors")) else {
            throw UsageError("\(folder.path) holds a run; name another folder with --out")
        }
        showTable([("data", description), ("words", keepCase ? "as they are written" : "in small letters")])
        for (words, language) in zip(vocabularies, languages) {
            if words.count == SpecialToken.all.count {
                show(
                    "vocab.\(language) has no word beside \(SpecialToken.all.dropFirst().joined(separator: " ")): "
                        + "none occurs \(minimumCount) times, or --vocabulary leaves room for none")
            }
            try VocabularyFile.write(words, to: folder.file("vocab.\(language)"))
        }
        try encoding?.write(to: folder.file("merges.txt"))
        var metrics: [Metric] = []
        for (name, pairs) in pairs {
            let statistics = PairStatistics(
                pairs, source: vocabularies[0], target: vocabularies[1], encoding: encoding)
            show("\n\(name):")
            for line in statistics.lines + pairs.leftOut.descriptions { show("  \(line)") }
            metrics.append(Metric("\(name)_pairs", Double(statistics.count)))
            for (side, own) in [("source", statistics.source), ("target", statistics.target)] {
                metrics.append(Metric("\(name)_\(side)_words", Double(own.words)))
                metrics.append(Metric("\(name)_\(side)_known", own.known, unit: "%"))
            }
            for (sentences, language) in zip([pairs.source, pairs.target], languages) {
                try folder.write(lines(sentences), to: "\(name).\(language)")
                guard let encoding else { continue }
                try folder.write(lines(sentences.map { encoding.apply($0) }), to: "\(name).bpe.\(language)")
            }
        }
        try EventLog(URL(fileURLWithPath: folder.file("log.jsonl"))).result(metrics)
        folder.listFiles()
    }

    private func chosenParts() throws -> (
        parts: [(name: String, text: ParallelText)], description: String, languages: [String]
    ) {
        let (from, to) = (sentences.from, sentences.to)
        if let source, let target {
            let text = try ParallelText(source: source, target: target)
            let endings = [source, target].map { URL(fileURLWithPath: $0.replacing(".gz", with: "")).pathExtension }
            let (first, second) = (from ?? endings[0], to ?? endings[1])
            guard !first.isEmpty && !second.isEmpty && first != second else {
                throw UsageError("name the languages with --from and --to; the files' endings do not tell them apart")
            }
            return ([("train", text)], "\(source) and \(target)", [first, second])
        }
        let own = sentences.source
        if own.isFiles && own.validation == nil && own.test == nil {
            let text = try own.wholeFiles()
            return ([("train", text)], "\(text.sourcePath) and \(text.targetPath)", [from ?? "", to ?? ""])
        }
        let chosen = own.completed(usesPhrases: true)
        let corpus = try chosen.load()
        let parts =
            [("train", corpus.training), ("val", corpus.validation)] + (corpus.test.map { [("test", $0)] } ?? [])
        return (parts, corpus.description, [from ?? "en", to ?? chosen.dataset?.files?.target ?? "fr"])
    }

    private func lines(_ sentences: [[String]]) -> String {
        sentences.map { $0.joined(separator: " ") + "\n" }.joined()
    }
}
