import Foundation
import Gradus

/// A program of several commands; without a command's name it runs the first.
///
/// ```swift
/// Program("text-generation", [Train.self, Sample.self, Evaluate.self]).run()
/// ```
public struct Program {
    /// The program's name, as `swift run` takes it.
    public let name: String
    let commands: [(name: String, type: any Command.Type)]

    /// A program of the given commands. One that trains can `compare` runs too; where a command of its own has that name,
    /// this one is called `compare-runs`.
    public init(_ name: String, _ commands: [any Command.Type]) {
        self.name = name
        let own = commands.map { (name: $0.name, type: $0) }
        let trains = commands.contains { $0 is any TrainingCommand.Type }
        let isTaken = own.contains { $0.name == CompareRuns.name }
        self.commands = own + (trains ? [(isTaken ? "compare-runs" : CompareRuns.name, CompareRuns.self)] : [])
    }

    /// Runs the process's command line, and ends the process.
    ///
    /// Errors become messages and exit codes: 2 for a wrong command line, 3 for missing or damaged data, 4 for a loss that is
    /// not finite or diverges, 130 after Ctrl-C, 1 for anything else.
    public func run() -> Never {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
            exit(0)
        } catch {
            let (code, message) = outcome(of: error)
            FileHandle.standardError.write(Data("\(message)\n".utf8))
            exit(code)
        }
    }

    func run(_ arguments: [String]) throws {
        let (index, isNamed) = try command(arguments.first)
        let (type, rest) = (commands[index].type, Array(arguments.dropFirst(isNamed ? 1 : 0)))
        let command = type.init()
        let (common, own) = (CommonFlags(), RunFlags())
        let trains = command is any TrainingCommand
        let flags = FlagSet(trains ? [common, command, own] : [common, command])
        let (given, words) = try flags.parse(rest)
        for (entry, texts) in given where ["help", "completion"].contains(entry.key) { try entry.set(texts) }
        if common.help {
            let call = isNamed ? "\(name) \(commands[index].name)" : name
            return show(
                (!isNamed && commands.count > 1 ? overview(name, commands) : "")
                    + HelpText(program: name, command: type, flags: flags, call: call).text)
        }
        if let shell = common.completion {
            return show(completionScript(shell, program: name, commands.map { ($0.name, Self.flags(of: $0.type)) }))
        }
        let place = index == 0 ? name : "\(name)-\(type.name)"
        let settings = try Settings(flags, given, own, program: place, trains: trains)
        try flags.operands?.set(words)
        do { try command.prepare() } catch is CommandFinished { return }
        if common.printConfig { return show(try settings.values(flags).text) }
        if let threads = common.threads { Parallel.threads = threads }
        guard let training = command as? any TrainingCommand else { return try command.run() }
        // A new run has its folder only now that nothing is wrong with the flags.
        let folder = try settings.folder ?? RunFolder(own, program: place)
        defer { folder.removeUnlessBegun() }
        try training.run(Experiment(name, type.name, own, settings.values(flags), folder, arguments))
    }

    private static func flags(of command: any Command.Type) -> FlagSet {
        let common = CommonFlags()
        return FlagSet(
            command is any TrainingCommand.Type ? [common, command.init(), RunFlags()] : [common, command.init()])
    }

    /// The position of the command that the first argument names, and whether it is named.
    private func command(_ word: String?) throws -> (index: Int, isNamed: Bool) {
        guard let word, !word.hasPrefix("-") else { return (0, false) }
        if let index = commands.firstIndex(where: { $0.name == word }) { return (index, true) }
        // A program of one command may take operands.
        if commands.count == 1 && Self.flags(of: commands[0].type).operands != nil { return (0, false) }
        let guess = nearest(to: word, among: commands.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        throw UsageError("there is no command \"\(word)\"\(guess)")
    }

    /// The exit code and the message of an error.
    func outcome(of error: any Error) -> (code: Int32, message: String) {
        switch error {
        case let error as UsageError: (2, "error: \(error)\nTry `swift run -c release \(name) --help`.")
        case let error as any InputError: (3, "error: \(error)")
        case let error as DivergenceError: (4, "error: \(error)")
        case let error as Interrupted: (130, error.message)
        default: (1, "error: \(error)")
        }
    }
}
