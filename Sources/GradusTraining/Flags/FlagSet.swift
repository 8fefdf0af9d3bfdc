/// A command line, or a configuration file, that does not say what the program can do.
public struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What was given, and what was expected.
    public let description: String

    /// An error with the given text.
    public init(_ description: String) { self.description = description }
}

/// Flags that several commands have: a property of each holds them.
public protocol FlagGroup {
    /// The group with its defaults.
    init()
}

/// The flags of a command, found from its properties.
struct FlagSet {
    struct Entry {
        /// The flag's name, with dashes.
        let name: String
        let flag: any AnyFlag

        /// The name as a key of a configuration file.
        var key: String { String(name.dropFirst(2)) }
    }

    let entries: [Entry]
    let operands: (any AnyFlag)?

    /// The flags of all holders in turn, those of their groups included.
    init(_ holders: [Any]) {
        var (entries, operands): ([Entry], (any AnyFlag)?) = ([], nil)
        func visit(_ holder: Any) {
            for child in Mirror(reflecting: holder).children {
                switch child.value {
                case let flag as any AnyFlag:
                    flag.name = flagName(child.label ?? "")
                    entries.append(Entry(name: flag.name, flag: flag))
                case let words as Operands: operands = words.flag
                case let group as any FlagGroup: visit(group)
                default: break
                }
            }
        }
        holders.forEach(visit)
        (self.entries, self.operands) = (entries, operands)
    }

    func flag(named name: String) -> Entry? { entries.first { $0.name == name } }

    /// Reads arguments into the texts of each flag, without setting any.
    ///
    /// - Throws: ``UsageError`` for an unknown flag (with the nearest known one), one that was given twice, a missing or a
    ///   superfluous value.
    func parse(_ arguments: [String]) throws -> (flags: [(entry: Entry, texts: [String])], operands: [String]) {
        var found: [(entry: Entry, texts: [String])] = []
        var (words, rest): ([String], ArraySlice<String>) = ([], arguments[...])
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                break
            }
            guard argument.hasPrefix("--") || argument == "-h" else {
                guard operands != nil && !argument.isEmpty && !argument.hasPrefix("-") else {
                    throw UsageError("\"\(argument)\" belongs to no flag; see --help")
                }
                words.append(argument)
                continue
            }
            // A value may begin with a mark that would be one character with the sign before it.
            let parts = (argument == "-h" ? "--help" : argument).unicodeScalars.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false
            ).map { String($0) }
            guard let entry = flag(named: parts[0]) else {
                let guess = nearest(to: parts[0], among: entries.map(\.name)).map { "; did you mean \($0)?" }
                throw UsageError("there is no flag \(parts[0])\(guess ?? "; see --help")")
            }
            guard !found.contains(where: { $0.entry.name == entry.name }) else {
                throw UsageError("\(entry.name) was given twice")
            }
            found.append((entry, try Self.texts(of: entry, parts.dropFirst().first, &rest)))
        }
        return (found, words)
    }

    private static func texts(
        of entry: Entry, _ attached: String?, _ rest: inout ArraySlice<String>
    ) throws -> [String] {
        let (name, placeholder) = (entry.name, entry.flag.description.placeholder)
        var texts = attached.map { [$0] } ?? []
        switch entry.flag.description.form {
        case .toggle:
            if let attached { throw UsageError("\(name) takes no value, got \"\(attached)\"") }
            return ["true"]
        case .value:
            if texts.isEmpty, let next = rest.first, !next.hasPrefix("--") { texts.append(rest.removeFirst()) }
            if texts.isEmpty { throw UsageError("\(name) needs a value: \(name) \(placeholder)") }
        case .values, .operands:
            while let next = rest.first, !next.hasPrefix("--") { texts.append(rest.removeFirst()) }
            if texts.isEmpty { throw UsageError("\(name) needs a value: \(name) \(placeholder)…") }
        }
        if texts.contains("") { throw UsageError("\(name) was given an empty value") }
        return texts
    }
}

extension FlagSet.Entry {
    /// Sets the flag from the command line.
    func set(_ texts: [String]) throws(UsageError) {
        do { try flag.set(texts) } catch {
            throw UsageError("\(name) takes \(error.expected), got \"\(error.found)\"\(guess(error))")
        }
    }

    /// Sets the flag from JSON of the file called `file`.
    func set(_ json: JSONValue, file: String) throws(UsageError) {
        do { try flag.set(json) } catch {
            throw UsageError("\(file): \"\(key)\" takes \(error.expected), got \(error.found)\(guess(error))")
        }
    }

    private func guess(_ problem: FlagProblem) -> String {
        nearest(to: problem.found, among: flag.description.choices).map { "; did you mean \($0)?" } ?? ""
    }
}

/// `--batch-size` for the property `_batchSize`.
private func flagName(_ label: String) -> String {
    "--" + label.drop { $0 == "_" }.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
}

/// The word that needs the fewest insertions, deletions and replacements, if those are few.
public func nearest(to text: String, among words: [String]) -> String? {
    let distances = words.map { ($0, editDistance(Array(text), Array($0))) }
    guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(2, text.count / 3) else { return nil }
    return best.0
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let replaced = diagonal + (x == y ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
