/// A flag of a command: its name is that of the property, and help, default and range are said in one place.
///
/// ```swift
/// @Flag("passes over the training data", 1...10_000, onResume: true, smoke: 1) var epochs = 2
/// @Flag("a folder of images", placeholder: "FOLDER") var data: String?
/// ```
///
/// These are `--epochs N` and `--data FOLDER`. A `Bool` is a switch without a value; an array takes one or more values.
@propertyWrapper public final class Flag<Value> {
    /// The flag's value.
    public var wrappedValue: Value {
        get { current }
        set { current = newValue }
    }

    /// The flag itself, as to ask whether it was given.
    public var projectedValue: Flag { self }

    /// Whether the command line, a configuration file or the run that is resumed set the flag.
    public internal(set) var isGiven = false

    /// The flag's name with dashes, such as `--epochs`; known once the command line is read.
    public internal(set) var name = ""

    let description: FlagDescription
    private var current: Value
    private let kind: FlagKind<Value>

    fileprivate init(_ value: Value, _ description: FlagDescription, _ kind: FlagKind<Value>) {
        (current, self.description, self.kind) = (value, description, kind)
    }

    /// An error of usage that names the flag.
    public func error(_ problem: String) -> UsageError { UsageError("\(name): \(problem)") }

    /// Sets the value unless it was given: a default that depends on other flags.
    public func setDefault(_ value: Value) {
        if !isGiven { current = value }
    }
}

/// What help, completion and errors say about a flag.
struct FlagDescription {
    enum Form { case toggle, value, values, operands }

    let help: String
    let form: Form
    let placeholder: String
    let choices: [String]
    /// Whether a resumed run may have another value.
    let mayChangeOnResume: Bool
}

/// How a flag of some type is read and written.
struct FlagKind<Value> {
    /// The value that the texts spell, or what was expected.
    let parse: (_ texts: [String]) -> Result<Value, FlagProblem>
    /// What is expected of JSON.
    let expectation: String
    /// What is expected instead of `value`; nil when it is allowed.
    let problem: (_ value: Value) -> String?
    /// The default as help shows it; nil where there is none.
    let text: (_ value: Value) -> String?
    let encode: (_ value: Value) throws -> JSONValue
    let decode: (_ json: JSONValue) throws -> Value
    let smoke: Value?
    let full: Value?
}

/// A value that a flag does not take: what was expected, and the text at fault.
struct FlagProblem: Error {
    let expected: String
    let found: String
}

/// A flag of any type, as the parser sees it.
protocol AnyFlag: AnyObject {
    var description: FlagDescription { get }
    var isGiven: Bool { get set }
    var name: String { get set }
    /// The present value as help shows it; nil where there is none.
    var text: String? { get }
    /// Sets the value from the command line.
    func set(_ texts: [String]) throws(FlagProblem)
    /// The present value as JSON.
    func json() throws -> JSONValue
    /// Sets the value from JSON.
    func set(_ json: JSONValue) throws(FlagProblem)
    /// Takes the default of a short or the whole experiment.
    func apply(_ size: RunSize)
}

/// How much of an experiment a run does.
public enum RunSize: String, Codable, Sendable {
    /// Seconds, on little data: whether everything works.
    case smoke
    /// About a minute.
    case standard
    /// The whole experiment.
    case full
}

extension Flag: AnyFlag {
    var text: String? { kind.text(current) }

    func set(_ texts: [String]) throws(FlagProblem) {
        let value = try kind.parse(texts).get()
        if let expected = kind.problem(value) {
            throw FlagProblem(expected: expected, found: texts.joined(separator: " "))
        }
        (current, isGiven) = (value, true)
    }

    func json() throws -> JSONValue { try kind.encode(current) }

    func set(_ json: JSONValue) throws(FlagProblem) {
        let found = json.description
        guard let value = try? kind.decode(json) else {
            throw FlagProblem(expected: kind.expectation, found: found)
        }
        if let expected = kind.problem(value) { throw FlagProblem(expected: expected, found: found) }
        (current, isGiven) = (value, true)
    }

    func apply(_ size: RunSize) {
        switch size {
        case .smoke: current = kind.smoke ?? current
        case .full: current = kind.full ?? current
        case .standard: break
        }
    }
}

extension Flag where Value: FlagValue {
    /// A flag with a default.
    ///
    /// - Parameters:
    ///   - help: what it does, without the default and the range, which are added.
    ///   - placeholder: the name of its value in the help; that of the type by default.
    ///   - mayChange: whether a resumed run may have another value.
    ///   - smoke: its default in a run of seconds.
    ///   - full: its default in the whole experiment.
    ///   - problem: what is expected instead of a value; nil when it is allowed.
    public convenience init(
        wrappedValue: Value, _ help: String, placeholder: String? = nil, onResume mayChange: Bool = false,
        smoke: Value? = nil, full: Value? = nil, check problem: @escaping (Value) -> String? = { _ in nil }
    ) {
        self.init(
            wrappedValue,
            FlagDescription(
                help: help, form: Value.self == Bool.self ? .toggle : .value,
                placeholder: placeholder ?? Value.placeholder, choices: Value.choices, mayChangeOnResume: mayChange),
            FlagKind(
                parse: { Flag.single($0) }, expectation: Value.expectation, problem: problem,
                text: { ($0 as? Bool) == nil ? $0.flagText : nil },
                encode: { try JSONValue(encoding: $0) }, decode: { try $0.decoded() }, smoke: smoke, full: full))
    }

    fileprivate static func single(_ texts: [String]) -> Result<Value, FlagProblem> {
        guard let text = texts.first, let value = Value(flagText: text) else {
            return .failure(FlagProblem(expected: Value.expectation, found: texts.first ?? ""))
        }
        return .success(value)
    }
}

extension Flag where Value: FlagValue & Comparable {
    /// A flag with a default and a range.
    public convenience init(
        wrappedValue: Value, _ help: String, _ range: ClosedRange<Value>, placeholder: String? = nil,
        onResume mayChange: Bool = false, smoke: Value? = nil, full: Value? = nil
    ) {
        self.init(
            wrappedValue: wrappedValue, help, placeholder: placeholder, onResume: mayChange, smoke: smoke, full: full,
            check: { range.problem($0) })
    }

    /// A flag with a default, whose values are above `bound`.
    public convenience init(
        wrappedValue: Value, _ help: String, above bound: Value, upTo limit: Value? = nil, placeholder: String? = nil,
        onResume mayChange: Bool = false, smoke: Value? = nil, full: Value? = nil
    ) {
        self.init(
            wrappedValue: wrappedValue, help, placeholder: placeholder, onResume: mayChange, smoke: smoke, full: full,
            check: { aboveProblem($0, bound, limit) })
    }
}

extension Flag {
    /// A flag without a default.
    public convenience init<Wrapped: FlagValue>(
        wrappedValue: Value = nil, _ help: String, placeholder: String? = nil, onResume mayChange: Bool = false,
        smoke: Wrapped? = nil, full: Wrapped? = nil, check problem: @escaping (Wrapped) -> String? = { _ in nil }
    ) where Value == Wrapped? {
        self.init(
            wrappedValue,
            FlagDescription(
                help: help, form: .value, placeholder: placeholder ?? Wrapped.placeholder, choices: Wrapped.choices,
                mayChangeOnResume: mayChange),
            FlagKind(
                parse: { Flag<Wrapped>.single($0).map(Optional.some) }, expectation: Wrapped.expectation,
                problem: { $0.flatMap(problem) },
                text: { $0?.flagText }, encode: { try JSONValue(encoding: $0) }, decode: { try $0.decoded() },
                smoke: smoke.map(Optional.some), full: full.map(Optional.some)))
    }

    /// A flag without a default, whose values are in a range.
    public convenience init<Wrapped: FlagValue & Comparable>(
        wrappedValue: Value = nil, _ help: String, _ range: ClosedRange<Wrapped>, placeholder: String? = nil,
        onResume mayChange: Bool = false, smoke: Wrapped? = nil, full: Wrapped? = nil
    ) where Value == Wrapped? {
        self.init(
            wrappedValue: wrappedValue, help, placeholder: placeholder, onResume: mayChange, smoke: smoke, full: full,
            check: { range.problem($0) })
    }

    /// A flag without a default, whose values are above `bound`.
    public convenience init<Wrapped: FlagValue & Comparable>(
        wrappedValue: Value = nil, _ help: String, above bound: Wrapped, upTo limit: Wrapped? = nil,
        placeholder: String? = nil, onResume mayChange: Bool = false, smoke: Wrapped? = nil, full: Wrapped? = nil
    ) where Value == Wrapped? {
        self.init(
            wrappedValue: wrappedValue, help, placeholder: placeholder, onResume: mayChange, smoke: smoke, full: full,
            check: { aboveProblem($0, bound, limit) })
    }

    /// A flag of several values.
    public convenience init<Element: FlagValue>(
        wrappedValue: Value, _ help: String, placeholder: String? = nil, onResume mayChange: Bool = false,
        smoke: Value? = nil, full: Value? = nil, check problem: @escaping (Value) -> String? = { _ in nil }
    ) where Value == [Element] {
        self.init(
            wrappedValue,
            FlagDescription(
                help: help, form: .values, placeholder: placeholder ?? Element.placeholder, choices: Element.choices,
                mayChangeOnResume: mayChange),
            .list(problem, smoke, full))
    }
}

/// The words of a command line that belong to no flag, as the names of files.
///
/// ```swift
/// @Operands("images to classify", placeholder: "IMAGE") var images: [String]
/// ```
@propertyWrapper public final class Operands {
    /// The words.
    public var wrappedValue: [String] { flag.wrappedValue }
    /// The flag that the parser fills.
    let flag: Flag<[String]>

    /// Words called `placeholder` in the help.
    public init(_ help: String, placeholder: String) {
        flag = Flag(
            [],
            FlagDescription(
                help: help, form: .operands, placeholder: placeholder, choices: [], mayChangeOnResume: true),
            .list({ _ in nil }, nil, nil))
    }
}

extension FlagKind {
    fileprivate static func list<Element: FlagValue>(
        _ problem: @escaping (Value) -> String?, _ smoke: Value?, _ full: Value?
    ) -> FlagKind where Value == [Element] {
        FlagKind(
            parse: { texts in
                var values: [Element] = []
                for text in texts {
                    guard let value = Element(flagText: text) else {
                        return .failure(FlagProblem(expected: Element.expectation, found: text))
                    }
                    values.append(value)
                }
                return .success(values)
            }, expectation: "a list, each \(Element.expectation)", problem: problem,
            text: { $0.isEmpty ? nil : $0.map(\.flagText).joined(separator: " ") },
            encode: { try JSONValue(encoding: $0) }, decode: { try $0.decoded() }, smoke: smoke, full: full)
    }
}

extension ClosedRange where Bound: FlagValue {
    fileprivate func problem(_ value: Bound) -> String? {
        contains(value) ? nil : "\(Bound.expectation) from \(lowerBound.flagText) to \(upperBound.flagText)"
    }
}

private func aboveProblem<Value: FlagValue & Comparable>(_ value: Value, _ bound: Value, _ limit: Value?) -> String? {
    guard value > bound, limit.map({ value <= $0 }) ?? true else {
        return "\(Value.expectation) above \(bound.flagText)" + (limit.map { " and at most \($0.flagText)" } ?? "")
    }
    return nil
}
