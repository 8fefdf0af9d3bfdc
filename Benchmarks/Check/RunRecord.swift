import CKernels
import Foundation
import Gradus
import GradusBLAS
import GradusTraining

/// What a measurement belongs to: the source, the machine, the day and the command.
struct RunRecord: Codable {
    /// The commit of the folder that the program was started in, with "-dirty" behind it when its files differ from it.
    let commit: String
    /// Gradus's version.
    let version: String
    /// The processor's name, with its family and model where the name says little.
    let processor: String
    /// Processors that this process may use.
    let cores: Int
    /// The instruction set of the vector kernels.
    let instructions: String
    /// The operating system.
    let system: String
    /// OpenBLAS's version and the kernels that it chose.
    let blas: String
    let threads: Int
    /// When the measurement began, as in 2026-11-30T12:00:00Z.
    let date: String
    let command: String

    /// The record of this process.
    static func current() -> RunRecord {
        RunRecord(
            commit: output("git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*") ?? "unknown",
            version: gradusVersion, processor: processorName(), cores: ProcessInfo.processInfo.activeProcessorCount,
            instructions: instructionSet(), system: systemName(),
            blas: "OpenBLAS \(BLAS.version), \(BLAS.kernel) kernels",
            threads: Parallel.threads, date: ISO8601DateFormatter().string(from: Date()),
            command: CommandLine.arguments.joined(separator: " "))
    }

    /// The fields for a line of a log, in order.
    var fields: [(String, JSONValue)] {
        [
            ("commit", .text(commit)), ("version", .text(version)), ("processor", .text(processor)),
            ("cores", .integer(cores)), ("instructions", .text(instructions)), ("system", .text(system)),
            ("blas", .text(blas)), ("threads", .integer(threads)), ("date", .text(date)), ("command", .text(command)),
        ]
    }
}

/// A value as one line of JSON.
func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

private func instructionSet() -> String {
    let names: [gradus_instructions: String] = [GRADUS_ANY: "any", GRADUS_V3: "v3", GRADUS_V4: "v4"]
    let set = gradus_instruction_set()
    return names[set] ?? "\(set.rawValue)"
}

private func processorName() -> String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    func value(_ key: String) -> Substring? {
        lines.first { $0.hasPrefix("\(key)\t") }?.split(separator: ":").last?.drop { $0 == " " }
    }
    guard let name = value("model name") else { return "unknown" }
    guard let family = value("cpu family"), let model = value("model") else { return String(name) }
    return "\(name), family \(family), model \(model)"
}

private func systemName() -> String {
    let release = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8))?.split(separator: "\n")
    let name = release?.first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst(12).filter { $0 != "\"" }
    return (name.map { "\($0), " } ?? "") + "Linux " + (output("uname", "-r") ?? "unknown")
}

/// What a program prints, without the end of the line; `nil` when it fails.
private func output(_ program: String, _ arguments: String...) -> String? {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0
        ? String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) : nil
}
