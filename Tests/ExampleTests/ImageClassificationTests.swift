import Foundation
import Gradus
import GradusData
import GradusModels
import Testing

/// The program as its user runs it: exit codes, files, interruption and resuming.
@Suite(.serialized) struct ImageClassificationTests {
    @Test func aSmokeRunWritesItsFiles() throws {
        try withFolder { folder in
            let run = try program(["--smoke", "--dataset", "generated", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            let files = [
                "log.jsonl", "checkpoint.safetensors", "model.safetensors", "loss.svg", "confusion-matrix.png",
                "mistakes.png", "filters.png",
            ]
            for file in files {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
                #expect(run.output.contains("\(folder)/\(file)"))
            }
            let last = try String(contentsOfFile: "\(folder)/log.jsonl", encoding: .utf8).split(separator: "\n").last
            let result = try #require(JSONSerialization.jsonObject(with: Data((last ?? "").utf8)) as? [String: Any])
            #expect(result["event"] as? String == "result")
            #expect((result["test_accuracy"] as? Double ?? 0) > 0.7)

            let named = try program(["--classify", "\(folder)/confusion-matrix.png", "--out", folder])
            #expect(named.code == 0 && named.output.contains("confusion-matrix.png: "))
        }
    }

    /// A fifth of a minute of learning reaches what the program promises for its own digits.
    @Test func generatedDigitsAreLearned() throws {
        try withFolder { folder in
            let run = try program(["--dataset", "generated", "--epochs", "1", "--out", folder])
            #expect(run.code == 0 && run.output.contains(": reached"), "\(run.output)")
        }
    }

    @Test func interruptedAndKilledRunsContinueBitForBit() throws {
        try withFolder { folder in
            let flags = ["--smoke", "--dataset", "generated", "--epochs", "8", "--batch-size", "20"]
            #expect(try program(flags + ["--out", "\(folder)/whole"]).code == 0)
            for (name, signal, code) in [("interrupted", SIGINT, Int32(130)), ("killed", SIGKILL, SIGKILL)] {
                let out = "\(folder)/\(name)"
                let first = try program(flags + ["--out", out]) { process in
                    // As soon as there is a checkpoint, the signal comes, wherever the run then is.
                    while process.isRunning && !FileManager.default.fileExists(atPath: "\(out)/checkpoint.safetensors")
                    { usleep(2000) }
                    usleep(100_000)
                    kill(process.processIdentifier, signal)
                }
                #expect(first.code == code, "\(first.errors)")
                let second = try program(["--epochs", "8", "--resume", "--out", out])
                #expect(second.code == 0 && second.output.contains("continuing at step"), "\(second.errors)")
                for file in ["model.safetensors", "checkpoint.safetensors"] {
                    let weights = try ["whole", name].map {
                        try SafeTensors(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/\(file)")).tensors
                    }
                    #expect(weights[0] == weights[1])
                }
                let logs = try ["whole", name].map { folderName in
                    try String(contentsOfFile: "\(folder)/\(folderName)/log.jsonl", encoding: .utf8).split(
                        separator: "\n"
                    ).dropLast()
                }
                #expect(logs[0] == logs[1])
            }
        }
    }

    @Test(arguments: [
        (["--epohcs", "3"], Int32(2), "did you mean --epochs?"),
        (["--epochs", "many"], 2, "--epochs takes an integer"),
        (["--data", "/nowhere"], 3, "looked in: /nowhere"),
        (["--dataset", "mnist", "--data", "/nowhere"], 3, ".data/mnist"),
        (["--classify", "/nowhere/picture.png", "--out", "/nowhere"], 1, "train first"),
        (["--resume", "--out", "NEW"], 1, "cannot be read"),
        (["--smoke", "--dataset", "generated", "--learning-rate", "1e30", "--out", "NEW"], 4, "at step"),
    ])
    func mistakesEndWithTheirCode(_ arguments: [String], _ code: Int32, _ message: String) throws {
        try withFolder { folder in
            let run = try program(
                arguments.map { $0 == "NEW" ? folder : $0 } + (arguments.contains("--out") ? [] : ["--out", folder]))
            #expect(run.code == code)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }

    @Test func aDamagedPictureAndAForeignCheckpointAreNamed() throws {
        try withFolder { folder in
            #expect(try program(["--smoke", "--dataset", "generated", "--out", folder]).code == 0)
            let picture = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/filters.png"))
            try picture.prefix(picture.count / 2).write(to: URL(fileURLWithPath: "\(folder)/cut.png"))
            let cut = try program(["--classify", "\(folder)/cut.png", "--out", folder])
            #expect(cut.code == 1 && cut.errors.contains("cut.png"))
            try CIFARResNet().save(to: "\(folder)/checkpoint.safetensors")
            let foreign = try program(["--resume", "--out", folder])
            #expect(foreign.code == 1 && foreign.errors.contains("checkpoint.safetensors"))
        }
    }

    @Test func helpListsTheFlagsAndDoctorRuns() throws {
        let help = try program(["--help"])
        #expect(
            help.code == 0 && help.output.contains("--learning-rate X") && help.output.contains("swift run -c release"))
        let doctor = try program([], named: "doctor")
        #expect(doctor.code == 0 && doctor.output.contains("GFLOP/s"))
    }

    /// Runs one of the package's programs, which lie beside the tests.
    private func program(
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

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "gradus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(URL(fileURLWithPath: folder).standardizedFileURL.path)
    }
}
