import Foundation
import Testing

/// What the compiler makes of programs that import the library.
@Suite struct CompilerTests {
    /// Type-checking is a search. The limit is on its steps, so that the test means the same on a busy machine: 20,000 are
    /// about 0.1 s (the compiler itself gives up after 1,000,000, and 500 are enough for each of these formulas).
    @Test func ordinaryFormulasAreUnderstoodAtOnce() throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let formulas = here.appendingPathComponent("Formulas.swift").path
        let said = try compile(formulas, ["-Xfrontend", "-solver-scope-threshold=20000"])
        #expect(said == "")
    }

    @Test func sequencesOfLayersCompile() throws {
        let said = try compile(
            program: """
                let tagger = Sequential { Embedding(10, 4); LSTM(4, 8); Dense(8, 2) }
                let scores = tagger(Tensor<Int32>([[1, 2]]), .inference)
                let deep = Sequential {
                    for _ in 0..<2 { Dense(4, 4, activation: .relu) }
                    if CommandLine.argc > 9 { Dropout(0.5) } else { Activation.tanh }
                    MultiHeadAttention(4, heads: 2)
                    Residual { Dense(4, 4) }
                }
                let output = deep(Tensor(zeros: [1, 3, 4]), .training)
                """)
        #expect(said == "")
    }

    /// Each line is refused with a sentence that says what to do.
    @Test(arguments: [
        ("Tokens()", "this module is no Layer"),
        (#""relu""#, "lists layers"),
        ("Tensor<Float>(zeros: [2])", "lists layers"),
        ("Adam(learningRate: 1e-3)", "lists layers"),
        ("3", "lists layers"),
        ("nil", "lists layers"),
        ("print(1)", "lists layers"),
        ("[1, 2]", "lists layers"),
        ("double", "a function is no Layer"),
        ("{ (x: Tensor<Float>) in x.relu() }", "a function is no Layer"),
        ("{ $0.relu() }", "a function is no Layer"),
        (#"if CommandLine.argc > 1 { "relu" }"#, "lists layers"),
    ])
    func whatIsNoLayerIsRefusedInWords(_ element: String, _ sentence: String) throws {
        let said = try compile(
            program: """
                struct Tokens: Module { let table = Embedding(3, 2) }
                func double(_ x: Tensor<Float>) -> Tensor<Float> { 2 * x }
                let layers = Sequential { Dense(2, 2); \(element) }
                """)
        #expect(said.contains(sentence) && !said.contains("failed to produce diagnostic"), "\(said)")
    }

    @Test func severalAxesAreIndexed() throws {
        let said = try compile(
            program: """
                let x = Tensor<Float>(zeros: [4, 5, 6])
                let i = 2
                let parts = [
                    x[0], x[0, 1], x[-1], x[0..<2, 3], x[1..., 2], x[..<3], x[...2, 1, -1], x[..., 0], x[0, ..., 1],
                    x[...], x[(-2)...], x[..<(-1), 0], x[i - 1, i + 1], x[i..<(i + 2), i...],
                ]
                """)
        #expect(said == "")
    }
}

/// The errors and warnings of a program; empty when it is right.
private func compile(program: String) throws -> String {
    let path = NSTemporaryDirectory() + "gradus-\(UUID().uuidString).swift"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("import Gradus\n\(program)\n".utf8).write(to: URL(fileURLWithPath: path))
    return try compile(path, [])
}

/// Checks a file's types against the library beside this test.
private func compile(_ path: String, _ flags: [String]) throws -> String {
    let built = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        .path
    let sources = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/") + "/Sources"
    let maps = [
        "\(built)/CKernels.build/module.modulemap", "\(sources)/COpenBLAS/module.modulemap",
        "\(sources)/CLAPACKE/module.modulemap",
    ]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
        ["swiftc", "-swift-version", "6", "-typecheck", "-diagnostic-style", "llvm", "-I", "\(built)/Modules"]
        + maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] } + flags + [path]
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let said = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: said, as: UTF8.self)
}
