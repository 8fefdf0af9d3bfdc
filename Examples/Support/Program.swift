import Foundation
import Gradus
import GradusData
import GradusTraining

/// Runs a program and turns its errors into messages and exit codes: 2 for a wrong command line, 3 for missing or
/// damaged data, 4 for a loss that is not finite, 130 after Ctrl-C, 1 for anything else.
public func runProgram(_ help: HelpText, _ body: (Flags) throws -> Void) -> Never {
    runProgram(help, Array(CommandLine.arguments.dropFirst()), body)
}

func runProgram(_ help: HelpText, _ arguments: [String], _ body: (Flags) throws -> Void) -> Never {
    do {
        let flags = try Flags(arguments, help.flags, takesOperands: help.operands != nil)
        if flags.has("--help") {
            show(help.text.dropLast())
            exit(0)
        }
        if let threads = try flags.integer("--threads", in: 1...256) { Parallel.threads = threads }
        try body(flags)
        exit(0)
    } catch {
        let (code, message) = outcome(of: error, program: help.program)
        FileHandle.standardError.write(Data("\(message)\n".utf8))
        exit(code)
    }
}

/// The exit code and the message of an error.
func outcome(of error: any Error, program: String) -> (code: Int32, message: String) {
    switch error {
    case let error as UsageError: (2, "error: \(error)\nTry `swift run -c release \(program) --help`.")
    case let error as MissingData:
        (3, "error: \(error)\(error.advice.contains("make data") ? "" : "\n  `make data` gets what can be installed.")")
    case let error as FileError: (3, "error: \(error)")
    case let error as DivergenceError: (4, "error: \(error)")
    case let error as Interrupted: (130, error.message)
    default: (1, "error: \(error)")
    }
}
