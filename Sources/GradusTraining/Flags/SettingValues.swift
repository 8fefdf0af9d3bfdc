import Foundation

/// The values of a command's flags by name: what `--print-config` prints, and what a checkpoint remembers.
public struct SettingValues: Codable, Equatable, Sendable {
    /// The value of each flag, by its name without dashes.
    public let values: [String: JSONValue]

    init(_ values: [String: JSONValue]) { self.values = values }

    /// Decodes a JSON object.
    public init(from decoder: any Decoder) throws { values = try [String: JSONValue](from: decoder) }

    /// Encodes a JSON object.
    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }

    /// The value of a flag, as one would type it.
    public subscript(name: String) -> String? {
        switch values[name] {
        case nil, .null?: nil
        case .text(let text)?: text
        case let value?: value.description
        }
    }

    /// Indented JSON with sorted keys.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return (try? encoder.encode(values)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension Command {
    /// Takes the settings of another run as the defaults of this command's flags, as to continue with its network.
    ///
    /// - Parameter excluded: the flags that keep their defaults, without dashes.
    /// - Throws: ``UsageError`` for a value that a flag does not take.
    public func inheritDefaults(from settings: SettingValues, except excluded: String...) throws {
        for entry in FlagSet([self]).entries where !entry.flag.isGiven && !excluded.contains(entry.key) {
            guard let json = settings.values[entry.key] else { continue }
            try entry.set(json, file: "the other run")
            entry.flag.isGiven = false
        }
    }
}
