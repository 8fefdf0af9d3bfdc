import Foundation
import Gradus

@testable import GradusTraining

/// Calls `body` with a new folder, which is removed afterwards.
func withFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory() + "gradus-\(UUID().uuidString)").standardizedFileURL.path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(URL(fileURLWithPath: folder).resolvingSymlinksInPath().path)
}

func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// Sets a command's flags as a program does.
@discardableResult
func set<C: Command>(_ arguments: [String], of command: C = C()) throws -> C {
    let (flags, run) = flagSet(of: command)
    let (given, words) = try flags.parse(arguments)
    _ = try Settings(flags, given, run, program: "x", trains: false)
    try flags.operands?.set(words)
    try command.prepare()
    return command
}

func flagSet(of command: some Command) -> (FlagSet, RunFlags) {
    let run = RunFlags()
    return (FlagSet([CommonFlags(), command, run]), run)
}

/// The folder flags of a command line.
func runFlags(_ arguments: String...) throws -> RunFlags {
    let run = RunFlags()
    let flags = FlagSet([run])
    for (entry, texts) in try flags.parse(arguments).flags { try entry.set(texts) }
    return run
}

/// Lines of a log as objects, without those that tell of time and memory.
func events(_ folder: String) throws -> [[String: JSONValue]] {
    let text = try String(contentsOfFile: "\(folder)/log.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { line in
        try JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8)).filter {
            !["seconds", "peak_mib", "milliseconds_a_step"].contains($0.key)
        }
    }
}
