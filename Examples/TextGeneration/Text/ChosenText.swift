import CBuiltInText
import ExampleSupport
import Foundation
import GradusData
import GradusText

/// The text of a run, and what is known about it.
struct ChosenText {
    /// The texts that the program knows.
    enum Name: String, CaseIterable {
        /// 1.1 million characters from Shakespeare's plays, char-rnn's own example.
        case tinyshakespeare
        /// All 38 plays.
        case shakespeare
        /// Made from this project's chapters and sources.
        case builtIn = "built-in"
        /// A file or folder of the user's.
        case own
    }

    let name: Name
    let source: String
    let text: String

    /// The file or folder that `path` names; else the text of the given name; else the first of all that is there.
    init(path: String?, name: Name?) throws {
        if let path, name == nil || name == .own {
            self = ChosenText(.own, path, try TextFile(path).text)
            return
        }
        switch name {
        case .tinyshakespeare: self = try Self.tiny(path)
        case .shakespeare: self = try Self.plays(path)
        case .own: throw UsageError("--data names the text of this run, and is missing")
        case .builtIn:
            if path != nil { throw UsageError("--data names a file, but the built-in text comes from none") }
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

    private init(_ name: Name, _ source: String, _ text: String) {
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
}
