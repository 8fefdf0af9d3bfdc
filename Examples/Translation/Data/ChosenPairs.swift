import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusText

/// The sentences of a run, and what is known about them.
struct ChosenPairs {
    /// The sets that the program knows.
    enum Name: String, CaseIterable {
        /// Debian's package descriptions, English and French; `make data` gets them.
        case descriptions = "debian-descriptions"
        /// Verses of two Bibles, English and Spanish; `make data` gets them.
        case verses
        /// Phrases that a grammar makes, English to French.
        case phrases
        /// 29,000 captions of images, in English, German and French.
        case multi30k
        /// Two files of the user's.
        case own
    }

    let name: Name
    let source: String
    let training: ParallelText
    let validation: ParallelText
    let test: ParallelText?
}

/// Where the sentences of a run come from, as flags or a checkpoint say.
struct PairSource: Codable, Equatable {
    var name: String?
    /// A folder of a known set, or the files `PATH.en` and `PATH.de` of an own one.
    var data: String?
    var validation: String?
    var test: String?
    var from: String?
    var to: String?

    init(_ flags: Flags) throws {
        name = try flags.choice("--dataset", of: ChosenPairs.Name.allCases.filter { $0 != .own }.map(\.rawValue))
        (data, validation, test) = (flags.text("--data"), flags.text("--validation"), flags.text("--test"))
        (from, to) = (flags.text("--from"), flags.text("--to"))
    }

    /// Whether the flags name no sentences.
    var isEmpty: Bool { [name, data, validation, test, from, to].allSatisfy { $0 == nil } }

    /// Finds and reads the sentences.
    ///
    /// - Throws: `MissingData`, `FileError` or `UsageError`.
    func load() throws -> ChosenPairs {
        switch name.flatMap(ChosenPairs.Name.init) {
        case .multi30k:
            return try set(
                .multi30k, "Multi30k", to: "de", test: "test_2016_flickr",
                advice: "Put Multi30k's train, val and test_2016_flickr in two languages into .data/multi30k, or name "
                    + "files of your own with --data.")
        case .descriptions: return try set(.descriptions, "Debian's package descriptions", to: "fr", test: "test")
        case .verses: return try set(.verses, "verses", to: "es", test: "test")
        case .phrases: return phrases()
        case .own, nil:
            if data != nil { return try own() }
            // What `make data` has got, else phrases.
            for name in [ChosenPairs.Name.descriptions, .verses] {
                var known = self
                known.name = name.rawValue
                do { return try known.load() } catch is MissingData { continue }
            }
            return phrases()
        }
    }

    /// The same, so that it finds the same sentences when more sets are there.
    func settled(on chosen: ChosenPairs) -> PairSource {
        var source = self
        if source.name == nil && chosen.name != .own { source.name = chosen.name.rawValue }
        return source
    }

    private func phrases() -> ChosenPairs {
        let set = GeneratedPhrases()
        return ChosenPairs(
            name: .phrases, source: "English and French phrases that a grammar makes, built in", training: set.training,
            validation: set.validation, test: set.test)
    }

    /// A set of files train, val and test in languages that are their suffixes.
    private func set(
        _ name: ChosenPairs.Name, _ title: String, to language: String, test: String,
        advice: String = "`make data` gets it; or name files of your own with --data."
    ) throws -> ChosenPairs {
        let (from, to) = (from ?? "en", to ?? language)
        let location = try DataSearch(set: name.rawValue, file: "train.\(from)", advice: advice).locate(data)
        func part(_ name: String) throws -> ParallelText {
            try ParallelText(prefix: "\(location.folder)/\(name)", from: from, to: to)
        }
        return ChosenPairs(
            name: name, source: "\(title), \(from) to \(to), \(location.folder) (\(location.origin))",
            training: try part("train"), validation: try part("val"), test: try part(test))
    }

    /// All lines of the files that the flags name.
    ///
    /// - Throws: `UsageError` when they name none, or `FileError`.
    func whole() throws -> ParallelText {
        guard let data, let from, let to else {
            throw UsageError(
                "--data names the beginning of two files; --from and --to their languages, as in "
                    + "`--data texts/train --from en --to fr` for texts/train.en and texts/train.fr")
        }
        return try ParallelText(prefix: data, from: from, to: to)
    }

    private func own() throws -> ChosenPairs {
        let all = try whole()
        let (data, from, to) = (data ?? "", from ?? "", to ?? "")
        let test = try self.test.map { try ParallelText(prefix: $0, from: from, to: to) }
        let source = "\(data).{\(from),\(to)}"
        if let validation {
            let judged = try ParallelText(prefix: validation, from: from, to: to)
            return ChosenPairs(name: .own, source: source, training: all, validation: judged, test: test)
        }
        // Every hundredth line, at most 1000: neighbors in a text are alike, so a piece at its end would be another topic.
        let step = max(2, min(100, all.count / 20), all.count / 1000)
        guard all.count >= 4 else {
            throw FileError(
                path: all.sourcePath, problem: "has only \(all.count) lines",
                advice: "A few are needed to learn from and to judge by.")
        }
        return ChosenPairs(
            name: .own, source: "\(source), every \(step)th line to judge by", training: all.lines { $0 % step != 0 },
            validation: all.lines { $0 % step == 0 }, test: test)
    }
}
