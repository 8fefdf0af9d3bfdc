import Foundation
import Gradus

/// Sets the flags of a command: defaults, then those of a short or whole experiment, then the run that is resumed, then a
/// configuration file, then the command line.
struct Settings {
    /// The folder of the run that is resumed, if one is.
    let folder: RunFolder?

    /// Flags that are about where a run is, not about what it computes.
    private static let unrecorded: Set<String> = [
        "help", "threads", "config", "print-config", "completion", "out", "resume", "overwrite", "save-every",
    ]

    init(
        _ flags: FlagSet, _ given: [(entry: FlagSet.Entry, texts: [String])], _ run: RunFlags, program: String,
        trains: Bool
    ) throws {
        for (entry, texts) in given where Self.unrecorded.contains(entry.key) { try entry.set(texts) }
        let file = try (flags.flag(named: "--config")?.flag.text).map { try Self.read($0, flags) }
        for (entry, texts) in given where ["smoke", "full"].contains(entry.key) { try entry.set(texts) }
        for (entry, json) in file?.entries ?? [] where ["smoke", "full"].contains(entry.key) && !entry.flag.isGiven {
            try entry.set(json, file: file!.path)
        }
        if run.smoke && run.full { throw UsageError("--smoke and --full contradict each other") }
        for entry in flags.entries { entry.flag.apply(run.size) }
        let printsOnly = flags.flag(named: "--print-config")?.flag.isGiven ?? false
        folder = try trains && run.resume && !printsOnly ? RunFolder(run, program: program) : nil
        let stored = try folder?.checkpointRecord()
        for (key, json) in stored?.settings.values ?? [:] {
            guard let entry = flags.flag(named: "--\(key)") else { continue }
            if entry.flag.isGiven {
                try Self.checkSame(entry, json, flags)
            } else {
                try entry.set(json, file: "checkpoint")
            }
        }
        func change(_ entry: FlagSet.Entry, _ set: () throws -> Void) throws {
            try set()
            guard let old = stored?.settings.values[entry.key] else { return }
            try Self.checkSame(entry, old, flags)
        }
        for (entry, json) in file?.entries ?? [] { try change(entry) { try entry.set(json, file: file!.path) } }
        for (entry, texts) in given where !Self.unrecorded.contains(entry.key) {
            try change(entry) { try entry.set(texts) }
        }
    }

    /// The present values of all flags that decide what the command computes.
    func values(_ flags: FlagSet) throws -> SettingValues {
        let recorded = flags.entries.filter { !Self.unrecorded.contains($0.key) }
        return SettingValues(Dictionary(uniqueKeysWithValues: try recorded.map { ($0.key, try $0.flag.json()) }))
    }

    /// Throws unless the flag has the value of the run that is resumed, or may have another.
    private static func checkSame(_ entry: FlagSet.Entry, _ stored: JSONValue, _ flags: FlagSet) throws {
        guard try entry.flag.json() != stored && !entry.flag.description.mayChangeOnResume else { return }
        let was: String
        switch stored {
        case .null, .bool(false): was = "without \(entry.name)"
        case .bool(true): was = "with \(entry.name)"
        default: was = "with \(entry.name) \(stored.typed)"
        }
        let free = flags.entries.filter { $0.flag.description.mayChangeOnResume && !unrecorded.contains($0.key) }
        let words = free.isEmpty ? "nothing" : free.map(\.name).joined(separator: ", ")
        throw UsageError("the run to resume was begun \(was); leave the flag out (--resume may change \(words))")
    }

    private static func read(
        _ path: String, _ flags: FlagSet
    ) throws -> (path: String, entries: [(FlagSet.Entry, JSONValue)]) {
        let data = Data(try WholeFile.bytes(of: path))
        let values: [String: JSONValue]
        do {
            values = try JSONDecoder().decode([String: JSONValue].self, from: data)
        } catch {
            throw FileError(path: path, problem: "is not a JSON object of flags, as --print-config prints it")
        }
        let entries = try values.sorted { $0.key < $1.key }.map { key, json in
            guard let entry = flags.flag(named: "--\(key)"), !Self.unrecorded.contains(key) else {
                let known = flags.entries.map(\.key).filter { !Self.unrecorded.contains($0) }
                let guess = nearest(to: key, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
                throw UsageError("\(path): there is no setting \"\(key)\"\(guess)")
            }
            return (entry, json)
        }
        return (path, entries)
    }
}

extension JSONValue {
    /// The value as it would be typed.
    fileprivate var typed: String {
        switch self {
        case .text(let text): text
        case .list(let values): values.map(\.typed).joined(separator: " ")
        default: description
        }
    }
}
