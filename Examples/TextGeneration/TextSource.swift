import CBuiltInText
import Foundation
import Gradus
import GradusData
import GradusText
import GradusTraining

/// The flags that name a text.
struct SourceFlags: FlagGroup {
    @Flag("a UTF-8 text file, or a folder of them; by default one is looked for", placeholder: "FILE", onResume: true)
    var data: String?
    @Flag("a text that the program knows") var dataset: TextName?

    /// The text, shortened in a run of seconds.
    func load(_ size: RunSize) throws -> ChosenText {
        let text = try ChosenText(path: data, name: dataset)
        return size == .smoke ? text.prefix(15_001) : text
    }
}

/// The texts that the program knows.
enum TextName: String, FlagValue, CaseIterable {
    /// 1.1 million characters from Shakespeare's plays, char-rnn's own example.
    case tinyshakespeare
    /// All 38 plays.
    case shakespeare
    /// Made from this project's chapters and sources.
    case builtIn = "built-in"
}

/// The text of a run.
struct ChosenText {
    /// Nil for a file of the user's.
    let name: TextName?
    /// Where it comes from, in words; for a file of the user's, its path.
    let source: String
    let text: String

    /// The text of the given name, by default the file or folder at `path`, by default the first that is there.
    init(path: String?, name: TextName?) throws {
        switch name {
        case nil where path != nil: self = ChosenText(nil, path!, try TextFile(path!).text)
        case .tinyshakespeare: self = try Self.tiny(path)
        case .shakespeare: self = try Self.plays(path)
        case .builtIn:
            if path != nil { throw UsageError("the built-in text comes from no file; leave --data out") }
            self = Self.builtIn("chosen")
        case nil:
            if (try? TinyShakespeare.search.locate()) != nil {
                self = try Self.tiny(nil)
            } else if (try? ShakespearePlays.search.locate()) != nil {
                self = try Self.plays(nil)
            } else {
                self = Self.builtIn("because no other is here. \(ShakespearePlays.search.advice)")
            }
        }
    }

    private init(_ name: TextName?, _ source: String, _ text: String) {
        (self.name, self.source, self.text) = (name, source, text)
    }

    private static func tiny(_ folder: String?) throws -> ChosenText {
        let set = try TinyShakespeare(folder)
        return ChosenText(
            .tinyshakespeare, "tinyshakespeare, \(set.location.folder) (\(set.location.origin))", set.text)
    }

    private static func plays(_ folder: String?) throws -> ChosenText {
        let set = try ShakespearePlays(folder)
        return ChosenText(
            .shakespeare, "Shakespeare's plays, \(set.location.folder) (\(set.location.origin))", set.text)
    }

    private static func builtIn(_ reason: String) -> ChosenText {
        let bytes = UnsafeRawBufferPointer(start: gradus_built_in_text(), count: gradus_built_in_text_length())
        return ChosenText(
            .builtIn, "chapters and sources of Gradus, built in, \(reason)", String(decoding: bytes, as: UTF8.self))
    }

    func prefix(_ length: Int) -> ChosenText { ChosenText(name, source, String(text.prefix(length))) }

    var fingerprint: String { Fingerprint(text.utf8).text }

    /// The characters of the text.
    func alphabet(minimumCount: Int) throws -> Vocabulary<Character> {
        let alphabet = Vocabulary(charactersOf: text, minimumCount: minimumCount)
        guard alphabet.tokens != [Vocabulary<Character>.replacement] else {
            throw UsageError(
                "a minimum count of \(minimumCount): the text (\(source)) has no character so often; choose a smaller one"
            )
        }
        return alphabet
    }

    /// The text in the numbers of an alphabet.
    func tokens(_ alphabet: Vocabulary<Character>) throws -> [Int32] {
        do { return try alphabet.encode(text) } catch let error as UnknownTokens {
            throw UsageError("the text (\(source)) and the network have different alphabets: \(error)")
        }
    }

    /// What a network remembers of its text.
    func record(_ cut: TextCut) -> TextRecord {
        TextRecord(name: name, source: source, length: text.count, fingerprint: fingerprint, cut: cut)
    }
}

/// Which part of a text is held out.
enum TextSplit: String, FlagValue, CaseIterable {
    /// The end of every stream, as in char-rnn.
    case streams
    /// The end of the text.
    case plain
}

/// How a text is cut into batches, and what is held out.
struct TextCut: Codable, Equatable {
    var streams: Int
    var steps: Int
    var split: TextSplit
    var heldOut: Double

    func parts(of tokens: [Int32], _ source: String) throws -> (training: TextStreams, validation: TextStreams) {
        do {
            switch split {
            case .streams:
                let parts = try TextStreams(tokens, streams: streams, steps: steps, atLeast: 2).split(heldOut: heldOut)
                return (parts.training, parts.heldOut)
            case .plain:
                let parts = contiguousSplit(tokens, heldOut: heldOut)
                // The held-out end is too short to cut it as often.
                let few = max(1, min(streams, (parts.heldOut.count - 1) / (4 * steps)))
                return try (
                    TextStreams(parts.training, streams: streams, steps: steps),
                    TextStreams(parts.heldOut, streams: few, steps: steps)
                )
            }
        } catch let error as TextTooShort {
            throw FileError(
                path: source, problem: "\(error)",
                advice: "A smaller --batch-size or smaller --steps need less, or name a longer text with --data.")
        }
    }
}

/// What a network's file says about the text that it learned from.
struct TextRecord: Codable, Equatable {
    let name: TextName?
    let source: String
    let length: Int
    let fingerprint: String
    let cut: TextCut
}
