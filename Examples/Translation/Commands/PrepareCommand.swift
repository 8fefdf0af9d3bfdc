import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusText
import GradusTraining

/// Cuts two aligned texts into words, counts them, and writes what nmt's programs and this one read.
struct PrepareCommand {
    private let flags: Flags
    private let tokenizer: Tokenizer
    private let minimumCount: Int
    private let limit: Int
    private let maximumWords: Int
    private let merges: Int?

    init(_ flags: Flags) throws {
        self.flags = flags
        tokenizer = Tokenizer(lowercased: !flags.has("--keep-case"))
        minimumCount = try flags.integer("--minimum-count", in: 1...1_000_000) ?? 1
        limit = try flags.integer("--vocabulary", in: 5...10_000_000) ?? .max
        maximumWords = try flags.integer("--maximum-words", in: 1...10_000) ?? 100
        merges = try flags.integer("--merges", in: 1...1_000_000)
        guard flags.has("--source") == flags.has("--target") else {
            throw UsageError("--source and --target belong together")
        }
        if flags.has("--source") && (flags.has("--data") || flags.has("--dataset")) {
            throw UsageError("--source and --target name two files; --data and --dataset choose others")
        }
    }

    func run() throws {
        let (parts, source, languages) = try sentences()
        let folder = try RunFolder(flags.text("--out") ?? "out/translation-text")
        let log = try EventLog(URL(fileURLWithPath: folder.file("log.jsonl")))
        showHeader(
            "translation prepare",
            [("data", source), ("words", tokenizer.lowercased ? "in small letters" : "as they are written")])
        var figures: [(String, LogValue)] = []
        var vocabularies: (source: Vocabulary<String>, target: Vocabulary<String>)?
        var encoding: BytePairEncoding?
        for (name, text) in parts {
            let pairs = TokenPairs(text, maximumWords: maximumWords, tokens: tokenizer.tokens)
            guard pairs.count > 0 else {
                throw FileError(
                    path: text.sourcePath, problem: "no pair of sentences is left",
                    advice: pairs.leftOut.descriptions.joined(separator: "; "))
            }
            // The first part is what will be learned from, so it says which words there are.
            if vocabularies == nil {
                vocabularies = (vocabulary(pairs.source), vocabulary(pairs.target))
                encoding = merges.map { BytePairEncoding.learn(from: pairs.source + pairs.target, merges: $0) }
                for (side, language) in [
                    (vocabularies!.source, languages.source), (vocabularies!.target, languages.target),
                ] {
                    if side.count == SpecialToken.all.count {
                        show(
                            "vocab.\(language) has no word beside \(SpecialToken.all.dropFirst().joined(separator: " ")): "
                                + "none occurs \(minimumCount) times, or --vocabulary leaves room for none")
                    }
                    try VocabularyFile.write(side, to: folder.file("vocab.\(language)"))
                }
                try encoding?.write(to: folder.file("merges.txt"))
            }
            let description = TextStatistics(pairs, vocabularies!, encoding)
            show("\n\(name):")
            description.lines.forEach { show("  \($0)") }
            pairs.leftOut.descriptions.forEach { show("  \($0)") }
            figures += description.figures(name)
            try write(pairs, name, languages, encoding, folder)
        }
        try log.write("result", figures)
        folder.listFiles()
    }

    private func vocabulary(_ sentences: [[String]]) -> Vocabulary<String> {
        Vocabulary(translating: sentences, minimumCount: minimumCount, limit: limit)
    }

    private func sentences() throws -> (
        parts: [(name: String, text: ParallelText)], source: String, languages: (source: String, target: String)
    ) {
        let (from, to) = (flags.text("--from"), flags.text("--to"))
        if let source = flags.text("--source"), let target = flags.text("--target") {
            let text = try ParallelText(source: source, target: target)
            let endings = [source, target].map { URL(fileURLWithPath: $0.replacing(".gz", with: "")).pathExtension }
            let (first, second) = (from ?? endings[0], to ?? endings[1])
            guard !first.isEmpty && !second.isEmpty && first != second else {
                throw UsageError("name the languages with --from and --to; the files' endings do not tell them apart")
            }
            return ([("train", text)], "\(source) and \(target)", (first, second))
        }
        let own = try PairSource(flags)
        if own.data != nil && own.name == nil && own.validation == nil && own.test == nil {
            let text = try own.whole()
            return ([("train", text)], "\(text.sourcePath) and \(text.targetPath)", (from ?? "", to ?? ""))
        }
        let chosen = try own.load()
        let parts =
            [("train", chosen.training), ("val", chosen.validation)] + (chosen.test.map { [("test", $0)] } ?? [])
        let usual = chosen.name == .multi30k ? "de" : chosen.name == .verses ? "es" : "fr"
        return (parts, chosen.source, (from ?? "en", to ?? usual))
    }

    private func write(
        _ pairs: TokenPairs, _ name: String, _ languages: (source: String, target: String),
        _ encoding: BytePairEncoding?,
        _ folder: RunFolder
    ) throws {
        for (sentences, language) in [(pairs.source, languages.source), (pairs.target, languages.target)] {
            try write(sentences, to: folder.file("\(name).\(language)"))
            if let encoding {
                try write(sentences.map { encoding.apply($0) }, to: folder.file("\(name).bpe.\(language)"))
            }
        }
    }

    private func write(_ sentences: [[String]], to path: String) throws {
        let text = sentences.map { $0.joined(separator: " ") + "\n" }.joined()
        try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: path))
    }
}
