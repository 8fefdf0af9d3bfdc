import Foundation

/// One of several things that a program does, called by its name in front of the flags.
public struct Command {
    /// How it is called, as `sample`.
    public let name: String
    /// Its own help.
    public let help: HelpText
    let run: (Flags) throws -> Void

    /// A command that `run` carries out.
    public init(_ name: String, _ help: HelpText, run: @escaping (Flags) throws -> Void) {
        (self.name, self.help, self.run) = (name, help, run)
    }
}

/// Runs a program of several commands; without a command's name, the first of them.
///
/// Errors end as in ``runProgram(_:_:)``. `--help` without a name lists the commands and then the first one's flags.
public func runProgram(_ name: String, _ commands: [Command]) -> Never {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let word = arguments.first, !word.hasPrefix("-") else {
        let help = commands[0].help.following(overview(name, commands))
        runProgram(help, arguments, commands[0].run)
    }
    guard let command = commands.first(where: { $0.name == word }) else {
        let guess = nearest(to: word, among: commands.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        let error = UsageError("there is no command \"\(word)\"\(guess)")
        runProgram(commands[0].help, []) { _ in throw error }
    }
    runProgram(command.help, Array(arguments.dropFirst()), command.run)
}

/// The commands, each with the first sentence of its help.
private func overview(_ name: String, _ commands: [Command]) -> String {
    let width = (commands.map(\.name.count).max() ?? 0) + 2
    let list = commands.flatMap { command in
        let sentence = String(command.help.summary.prefix { $0 != "." && $0 != "," && $0 != ";" })
        return wrapped(sentence, 96 - width).enumerated().map { index, line in
            let left = index == 0 ? command.name : ""
            return "  \(left)" + String(repeating: " ", count: width - left.count) + line
        }
    }
    return "Commands of \(name); `\(name) \(commands.last?.name ?? "") --help` lists the flags of one:\n"
        + list.joined(separator: "\n") + "\n\nWithout a command, \(commands[0].name):\n\n"
}
