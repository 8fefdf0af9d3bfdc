import Foundation
import Gradus
import Testing

/// Every program, interrupted or killed at a random step and resumed, has the weights of the run that was left alone.
///
/// `GRADUS_INTERRUPTIONS=20` repeats each case; the recorded figures are of such a run.
@Suite(.serialized) struct InterruptionTests {
    /// The short run of each program, with everything random that it has.
    static let runs: [(program: String, flags: [String])] = [
        ("tabular-regression", ["--smoke"]),
        ("image-generation", ["train", "--toy", "--smoke"]),
        (
            "image-generation",
            [
                "--smoke", "--dataset", "generated", "--epochs", "3", "--conditional", "--loss", "hinge", "--averaging",
                "0.9", "--generator-steps", "2",
            ]
        ),
        (
            "image-classification",
            [
                "--smoke", "--dataset", "generated", "--epochs", "4", "--batch-size", "20", "--augment",
                "crop,brightness,cutout,mixup",
            ]
        ),
        // In both phases.
        (
            "image-classification",
            ["fine-tune", "--smoke", "--epochs", "20", "--whole-epochs", "4", "--batch-size", "16"]
        ),
        (
            "text-generation",
            ["--smoke", "--dataset", "built-in", "--epochs", "6", "--dropout", "0.2", "--averaging", "0.98"]
        ),
        ("translation", ["--smoke", "--dataset", "phrases", "--preset", "captions", "--units", "16", "--epochs", "4"]),
    ]

    @Test(arguments: runs.indices, [SIGINT, SIGKILL])
    func aRunContinuesBitForBit(_ index: Int, _ signal: Int32) throws {
        let (name, flags) = Self.runs[index]
        let repetitions = ProcessInfo.processInfo.environment["GRADUS_INTERRUPTIONS"].flatMap { Int($0) } ?? 1
        try withFolder { folder in
            let whole = "\(folder)/whole"
            #expect(try program(flags + ["--out", whole], named: name).code == 0)
            let steps = try lines("\(whole)/log.jsonl").filter { $0.contains("\"event\": \"step\"") }.count
            for repetition in 0..<repetitions {
                let (out, step) = ("\(folder)/\(repetition)", Int.random(in: 1..<max(2, steps)))
                let first = try program(flags + ["--out", out, "--save-every", "7"], named: name) { process in
                    while process.isRunning && Self.steps(in: "\(out)/log.jsonl") < step { usleep(500) }
                    kill(process.processIdentifier, signal)
                }
                // A run of milliseconds may have ended first.
                #expect(first.code == (signal == SIGINT ? 130 : SIGKILL) || first.code == 0, "\(first.errors)")
                let second = try program(
                    [String](flags.prefix { !$0.hasPrefix("-") }) + ["--resume", "--out", out], named: name)
                #expect(second.code == 0, "\(second.errors)")
                for file in ["model.safetensors", "checkpoint.safetensors"] {
                    let tensors = try [whole, out].map {
                        try SafeTensors(contentsOf: URL(fileURLWithPath: "\($0)/\(file)")).tensors
                    }
                    #expect(tensors[0] == tensors[1], "\(name) at step \(step)")
                }
                let logs = try [whole, out].map { try lines("\($0)/log.jsonl").dropLast() }
                #expect(logs[0] == logs[1], "\(name) at step \(step)")
                try FileManager.default.removeItem(atPath: out)
            }
        }
    }

    private static func steps(in log: String) -> Int {
        ((try? lines(log)) ?? []).count { $0.contains("\"event\": \"step\"") }
    }
}
