/// A value that a command line and a configuration file can hold.
///
/// An enumeration joins by its raw values; help and errors then list its cases:
///
/// ```swift
/// enum Dataset: String, FlagValue, CaseIterable { case fashion, mnist }
/// ```
public protocol FlagValue: Codable, Equatable, Sendable {
    /// The value that `text` spells; nil when it spells none.
    init?(flagText text: String)

    /// The value as it would be typed.
    var flagText: String { get }

    /// The name of such a value in the help, such as `N`.
    static var placeholder: String { get }

    /// What is expected, for an error: `an integer`.
    static var expectation: String { get }

    /// All values, when there are few of them.
    static var choices: [String] { get }
}

extension FlagValue {
    /// `VALUE`.
    public static var placeholder: String { "VALUE" }
    /// `a value`.
    public static var expectation: String { "a value" }
    /// No list.
    public static var choices: [String] { [] }
}

extension Int: FlagValue {
    /// A decimal number.
    public init?(flagText text: String) { self.init(text) }
    /// Its digits.
    public var flagText: String { "\(self)" }
    /// `N`.
    public static var placeholder: String { "N" }
    /// `an integer`.
    public static var expectation: String { "an integer" }
}

extension FlagValue where Self: BinaryFloatingPoint & LosslessStringConvertible {
    /// A finite number.
    public init?(flagText text: String) {
        self.init(text)
        guard isFinite else { return nil }
    }
    /// Its shortest spelling; a whole number has no decimals.
    public var flagText: String { self == rounded() && abs(self) < 1_000_000 ? "\(Int(self))" : "\(self)" }
    /// `X`.
    public static var placeholder: String { "X" }
    /// `a number`.
    public static var expectation: String { "a number" }
}

extension Float: FlagValue {}
extension Double: FlagValue {}

extension String: FlagValue {
    /// Any text.
    public init?(flagText text: String) { self = text }
    /// The text itself.
    public var flagText: String { self }
    /// `TEXT`.
    public static var placeholder: String { "TEXT" }
    /// `a text`.
    public static var expectation: String { "a text" }
}

extension Bool: FlagValue {
    /// `true` or `false`.
    public init?(flagText text: String) { self.init(text) }
    /// `true` or `false`.
    public var flagText: String { "\(self)" }
    /// `true` or `false`.
    public static var expectation: String { "true or false" }
}

extension FlagValue where Self: RawRepresentable, RawValue == String {
    /// The case of that raw value.
    public init?(flagText text: String) { self.init(rawValue: text) }
    /// The raw value.
    public var flagText: String { rawValue }
}

extension FlagValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    /// `NAME`.
    public static var placeholder: String { "NAME" }
    /// The cases.
    public static var choices: [String] { allCases.map(\.rawValue) }
    /// The cases.
    public static var expectation: String { choices.joined(separator: " or ") }
}
