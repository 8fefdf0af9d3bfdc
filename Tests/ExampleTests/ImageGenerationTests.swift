import Foundation
import Gradus
import GradusVision
import Testing

/// The program as its user runs it: exit codes, files, interruption and resuming.
@Suite(.serialized) struct ImageGenerationTests {
    private let smoke = ["--smoke", "--dataset", "generated"]

    @Test func aSmokeRunWritesItsFilesAndEveryCommandReadsThem() throws {
        try withFolder { folder in
            let run = try generation(smoke + ["--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            for file in [
                "log.jsonl", "checkpoint.safetensors", "model.safetensors", "samples.png", "real.png", "report.html",
                "film-strip.png", "film.png", "losses.svg", "scores.svg", "variety.svg",
            ] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
                #expect(run.output.contains("\(folder)/\(file)"), "\(file)")
            }
            let result = try lastLine("\(folder)/log.jsonl")
            #expect(result["event"] as? String == "result")
            #expect(result["discriminator_loss"] as? Double ?? 9 < 1.4)
            #expect(result["seconds"] != nil && result["peak_mib"] != nil && result["collapses"] as? Double == 0)
            let report = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
            for part in ["<title>image-generation", "<svg", "data:image/png", "real.png"] {
                #expect(report.contains(part), "\(part)")
            }
            // An 8 × 8 grid of images of twice their size, with gaps of 2.
            let grid = try Image(contentsOf: "\(folder)/samples.png")
            #expect(grid.width == 8 * 58 + 2 && grid.height == 8 * 58 + 2)

            let exported = "\(folder)/model.safetensors"
            let alone = try generation(["sample", "--generator", exported, "--seed", "4", "--out", "\(folder)/a"])
            #expect(alone.code == 0, "\(alone.errors)")
            let own = try generation(
                ["sample", "--generator", "\(folder)/checkpoint.safetensors", "--seed", "4", "--out", "\(folder)/b"])
            #expect(own.code == 0, "\(own.errors)")
            let images = try ["a", "b"].map { try Image(contentsOf: "\(folder)/\($0)/sampled.png") }
            #expect(images[0] == images[1])

            let walk = try generation(["interpolate", "--out", folder, "--points", "3", "--steps", "4"])
            #expect(walk.code == 0, "\(walk.errors)")
            #expect(try Image(contentsOf: "\(folder)/interpolation.png").width > 4 * 56)
            let sweep = try generation(["interpolate", "--out", folder, "--sweep", "15"])
            #expect(sweep.code == 0 && sweep.output.contains("sweep-15.png"), "\(sweep.errors)")
            let sum = try generation(["sample", "--out", folder, "--arithmetic", "1,2,3 - 4,5,6 + 7"])
            #expect(sum.code == 0 && sum.output.contains("arithmetic.png"), "\(sum.errors)")
            let parts = try generation(["sample", "--out", folder, "--separate", "--count", "12"])
            #expect(parts.code == 0, "\(parts.errors)")
            #expect(try Image(contentsOf: "\(folder)/images/11.png").width == 28)
        }
    }

    /// An interrupted run that is resumed ends with the images of one that was not; InterruptionTests compare the weights.
    @Test func aResumedRunShowsTheSameImages() throws {
        try withFolder { folder in
            let flags = smoke + ["--conditional", "--loss", "hinge", "--averaging", "0.9", "--generator-steps", "2"]
            #expect(try generation(flags + ["--out", "\(folder)/whole"]).code == 0)
            let out = "\(folder)/interrupted"
            let first = try generation(flags + ["--out", out]) { process in
                while process.isRunning && !FileManager.default.fileExists(atPath: "\(out)/samples/step-000070.png") {
                    usleep(2000)
                }
                kill(process.processIdentifier, SIGINT)
            }
            #expect(first.code == 130, "\(first.errors)")
            let second = try generation(["--resume", "--out", out])
            #expect(second.code == 0 && second.output.contains("continuing at step"), "\(second.errors)")
            for file in ["samples.png", "film-strip.png", "film.png", "losses.svg", "variety.svg", "model.safetensors"]
            {
                let files = try ["whole", "interrupted"].map {
                    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/\(file)"))
                }
                #expect(files[0] == files[1], "\(file)")
            }
        }
    }

    @Test func aConditionalGeneratorShowsItsClasses() throws {
        try withFolder { folder in
            #expect(try generation(smoke + ["--conditional", "--epochs", "1", "--out", folder]).code == 0)
            let grid = try generation(["sample", "--class-grid", "--out", folder])
            #expect(grid.code == 0 && grid.output.contains("class-grid.png"), "\(grid.errors)")
            #expect(try generation(["sample", "--class", "9", "--count", "5", "--out", folder]).code == 0)
            let wrong = try generation(["sample", "--class", "10", "--out", folder])
            #expect(wrong.code == 2 && wrong.errors.contains("from 0 to 9"))
        }
    }

    @Test func theToyMatchesTheBellCurve() throws {
        try withFolder { folder in
            let run = try generation(["train", "--toy", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            let result = try lastLine("\(folder)/log.jsonl")
            #expect(abs((result["mean"] as? Double ?? 9) - 1) < 0.15)
            #expect(abs((result["deviation"] as? Double ?? 9) - 0.6) < 0.15)
            #expect(try Image(contentsOf: "\(folder)/toy-last.png").width == 640)
            let sample = try generation(["sample", "--out", folder])
            #expect(sample.code == 3 && sample.errors.contains("no run that made images"), "\(sample.errors)")
        }
    }

    @Test(arguments: [
        (["--los", "hinge"], "did you mean --loss?"), (["--size", "30"], "divisible by 4"),
        (["--loss", "hinge", "--smoothing", "0.1"], "has none"),
        (["--loss", "wassertein"], "did you mean wasserstein?"),
        (["--toy", "--conditional"], "not with images"),
        (["--smoke", "--dataset", "generated", "--batch-size", "5000"], "smaller --batch-size"),
        (["sample", "--arithmetic", "1 + 2"], "is not there"), (["paint"], "no command"),
        (["--smoke", "--dataset", "generated", "--learning-rate", "1e30"], "that of the beginning"),
    ])
    func mistakesAreExplained(_ arguments: [String], _ words: String) throws {
        try withFolder { folder in
            let run = try generation(arguments + (arguments == ["paint"] ? [] : ["--out", folder]))
            let code: Int32 = words == "is not there" ? 3 : words.contains("beginning") ? 4 : 2
            #expect(run.code == code, "\(run.output)")
            #expect(run.errors.contains(words), "\(run.errors)")
        }
    }

    @Test func wrongArithmeticsAndFilesAreExplained() throws {
        try withFolder { folder in
            #expect(try generation(smoke + ["--epochs", "1", "--out", folder]).code == 0)
            for text in ["1 +", "1 2", "1,x + 2", "64 - 3", "+ 3"] {
                let run = try generation(["sample", "--arithmetic", text, "--out", folder])
                #expect(run.code == 2 && run.errors.contains("numbers of samples"), "\(text): \(run.errors)")
            }
            let evaluated = try generation(smoke + ["--classifier", "\(folder)/nothing", "--out", "\(folder)/b"])
            #expect(evaluated.code == 3 && evaluated.errors.contains("is not there"), "\(evaluated.errors)")
            try Data(repeating: 7, count: 500).write(to: URL(fileURLWithPath: "\(folder)/model.safetensors"))
            #expect(try generation(["sample", "--out", folder]).code == 3)
        }
    }

    private func generation(
        _ arguments: [String], _ whileRunning: (Process) -> Void = { _ in }
    ) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "image-generation", whileRunning)
    }
}
