import Foundation

/// A command line that does not say what the program can do.
public struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What came, what was expected.
    public let description: String

    /// An error with the given text.
    public init(_ description: String) { self.description = description }
}

/// The flags of one call of a program.
public struct Flags: Sendable {
    private var given: [String: [String]] = [:]
    /// What stands in the line without a flag in front of it, as the names of files.
    public private(set) var operands: [String] = []

    /// Reads arguments, without the program's name.
    ///
    /// Values follow a flag, or stand behind `=`. A flag may come once.
    ///
    /// - Parameter takesOperands: whether words may stand without a flag.
    /// - Throws: ``UsageError`` for an unknown flag (with the nearest known one), a missing or a superfluous value.
    public init(_ arguments: [String], _ specifications: [FlagSpecification], takesOperands: Bool = false) throws {
        let known = Dictionary(uniqueKeysWithValues: specifications.map { ($0.name, $0) })
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") || argument == "-h" else {
                if takesOperands && !argument.isEmpty && !argument.hasPrefix("-") {
                    operands.append(argument)
                    continue
                }
                throw UsageError("\"\(argument)\" belongs to no flag; see --help")
            }
            // A value may begin with a mark that would be one character with the sign before it.
            let parts = (argument == "-h" ? "--help" : argument).unicodeScalars.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false
            ).map { String($0) }
            guard let flag = known[parts[0]] else {
                let nearest = nearest(to: parts[0], among: specifications.map(\.name))
                throw UsageError(
                    "there is no flag \(parts[0])" + (nearest.map { "; did you mean \($0)?" } ?? "; see --help"))
            }
            guard given[flag.name] == nil else { throw UsageError("\(flag.name) was given twice") }
            given[flag.name] = try Self.values(of: flag, parts.dropFirst().first, &rest)
        }
    }

    private static func values(
        of flag: FlagSpecification, _ attached: String?, _ rest: inout ArraySlice<String>
    ) throws -> [String] {
        var values = attached.map { [$0] } ?? []
        switch flag.form {
        case .toggle:
            if let attached { throw UsageError("\(flag.name) takes no value, got \"\(attached)\"") }
        case .value(let name):
            if values.isEmpty, let next = rest.first, !next.hasPrefix("--") { values.append(rest.removeFirst()) }
            if values.isEmpty { throw UsageError("\(flag.name) needs a value: \(flag.name) \(name)") }
        case .values(let name):
            while let next = rest.first, !next.hasPrefix("--") { values.append(rest.removeFirst()) }
            if values.isEmpty { throw UsageError("\(flag.name) needs a value: \(flag.name) \(name)…") }
        }
        if values.contains("") { throw UsageError("\(flag.name) was given an empty value") }
        return values
    }

    /// Whether the flag was given.
    public func has(_ name: String) -> Bool { given[name] != nil }

    /// The flag's value.
    public func text(_ name: String) -> String? { given[name]?.first }

    /// The flag's values.
    public func texts(_ name: String) -> [String] { given[name] ?? [] }

    /// The flag's value as an integer of the range.
    ///
    /// - Throws: ``UsageError`` when it is none.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw UsageError(
                "\(name) takes an integer from \(range.lowerBound) to \(range.upperBound), got \"\(text)\"")
        }
        return value
    }

    /// The flag's value as a number above zero.
    ///
    /// - Throws: ``UsageError`` when it is none.
    public func positiveNumber(_ name: String) throws -> Float? {
        try number(name, "a number above 0") { $0 > 0 && $0.isFinite }
    }

    /// The flag's value as a number of the range.
    ///
    /// - Throws: ``UsageError`` when it is none.
    public func number(_ name: String, in range: ClosedRange<Float>) throws -> Float? {
        let (low, high) = (shortText(range.lowerBound), shortText(range.upperBound))
        return try number(name, "a number from \(low) to \(high)", where: range.contains)
    }

    /// The flag's value as a number above zero and at most `limit`.
    ///
    /// - Throws: ``UsageError`` when it is none.
    public func positiveNumber(_ name: String, upTo limit: Float) throws -> Float? {
        try number(name, "a number from above 0 to \(shortText(limit))") { $0 > 0 && $0 <= limit }
    }

    private func number(_ name: String, _ wanted: String, where isWanted: (Float) -> Bool) throws -> Float? {
        guard let text = text(name) else { return nil }
        guard let value = Float(text), isWanted(value) else {
            throw UsageError("\(name) takes \(wanted), got \"\(text)\"")
        }
        return value
    }

    /// The flag's value, one of the given words.
    ///
    /// - Throws: ``UsageError`` when it is none of them.
    public func choice(_ name: String, of words: [String]) throws -> String? {
        try text(name).map { try choice(name, $0, of: words) }
    }

    /// A part of the flag's value, which must be one of the given words.
    ///
    /// - Throws: ``UsageError`` when it is none of them.
    public func choice(_ name: String, _ text: String, of words: [String]) throws -> String {
        guard words.contains(text) else {
            let hint = nearest(to: text, among: words).map { "; did you mean \($0)?" } ?? ""
            throw UsageError("\(name) takes \(words.joined(separator: " or ")), got \"\(text)\"\(hint)")
        }
        return text
    }
}

/// A number without the ".0" of a whole one.
private func shortText(_ number: Float) -> String {
    number == number.rounded() && abs(number) < 1e6 ? "\(Int(number))" : "\(number)"
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
