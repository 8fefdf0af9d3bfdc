import Foundation
import Testing

/// Runs one of the package's programs, which lie beside the tests.
func program(
    _ arguments: [String], named name: String = "image-classification", _ whileRunning: (Process) -> Void = { _ in }
) throws -> (code: Int32, output: String, errors: String) {
    let process = Process()
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    process.executableURL = tests.deletingLastPathComponent().appendingPathComponent(name)
    process.arguments = arguments
    let base = NSTemporaryDirectory() + "gradus-run-\(UUID().uuidString)"
    let paths = ["\(base).out", "\(base).err"]
    defer { paths.forEach { try? FileManager.default.removeItem(atPath: $0) } }
    for path in paths { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: paths[0])
    process.standardError = FileHandle(forWritingAtPath: paths[1])
    try process.run()
    whileRunning(process)
    process.waitUntilExit()
    let texts = try paths.map { try String(contentsOfFile: $0, encoding: .utf8) }
    return (process.terminationStatus, texts[0], texts[1])
}

/// Calls `body` with a new folder, which is removed afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "gradus-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(URL(fileURLWithPath: folder).standardizedFileURL.path)
}

/// Writes a file of text.
func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

/// The lines of a file, without empty ones.
func lines(_ path: String) throws -> [Substring] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
}

/// The last line of a log, which is a JSON object.
func lastLine(_ path: String) throws -> [String: Any] {
    let line = try lines(path).last ?? ""
    return try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
}
