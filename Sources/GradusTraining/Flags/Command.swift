/// One of the things that a program does, called by its name before the flags; its flags are its properties.
///
/// ```swift
/// struct Sample: Command {
///     static let name = "sample"
///     static let summary = "writes text with a trained network."
///     @Flag("the text to continue") var prompt = ""
///     @Flag("how bold the choices are", above: 0) var temperature: Float = 0.8
///
///     func run() throws { … }
/// }
/// ```
public protocol Command {
    /// The command with the defaults of its flags.
    init()

    /// How it is called, such as `sample`.
    static var name: String { get }

    /// What it does and teaches: sentences that follow the program's name.
    static var summary: String { get }

    /// Commands to copy.
    static var examples: [CommandExample] { get }

    /// Checks flags against each other, and sets the defaults that depend on others, before ``run()``.
    ///
    /// - Throws: ``UsageError`` for flags that contradict each other, ``CommandFinished`` when nothing is left to do.
    func prepare() throws

    /// Does it.
    func run() throws
}

extension Command {
    /// No examples.
    public static var examples: [CommandExample] { [] }

    /// Nothing.
    public func prepare() throws {}
}

/// A command line to copy, in the help of a command.
public struct CommandExample: Sendable {
    /// What follows the program's name.
    public let arguments: String
    /// What it does.
    public let effect: String

    /// `arguments` follow the program's name.
    public init(_ arguments: String, _ effect: String) { (self.arguments, self.effect) = (arguments, effect) }
}

/// Thrown by ``Command/prepare()``: the command has done what its flags ask for, and the program ends successfully.
public struct CommandFinished: Error {
    /// An end without a message.
    public init() {}
}

/// The flags that every command has.
struct CommonFlags: FlagGroup {
    @Flag("print this text") var help = false
    @Flag("threads to use; by default one for each processor", 1...256, onResume: true) var threads: Int?
    @Flag("take flags from a JSON file; the command line goes before it", placeholder: "FILE", onResume: true)
    var config: String?
    @Flag("print all flags as JSON, for --config, and end") var printConfig = false
    @Flag("print a completion script for a shell and end", onResume: true) var completion: Shell?
}
