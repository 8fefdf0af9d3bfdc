import Foundation
import Gradus
import Testing

@testable import GradusTraining

@Suite struct ExperimentTests {
    /// The same networks, the same state of the training, and the same log.
    private func expectSame(_ a: String, _ b: String, _ comment: Comment) throws {
        #expect(try weights(a) == weights(b), comment)
        let files = try [a, b].map {
            try SafeTensors(contentsOf: URL(fileURLWithPath: "\($0)/\(RunFolder.checkpointName)"))
        }
        #expect(files[0].tensors == files[1].tensors && files[0].tensors.count >= 16, comment)
        let checkpoints = try [a, b].map { try Checkpoint(contentsOf: "\($0)/\(RunFolder.checkpointName)") }
        for part in ["position", "random", "seen", "model-position", "model-optimizer", "model-averages"] {
            let values = try checkpoints.map { try $0.value(part, as: JSONValue.self) }
            #expect(values[0] == values[1], comment)
        }
        #expect(try events(a) == events(b), comment)
    }

    @Test(arguments: [1, 3, 4]) func aRunThatFailsAtAnyStepGoesOnBitForBit(saveEvery: Int) throws {
        try withFolder { folder in
            let flags = ["--accumulation", "2", "--evaluate-every", "3", "--keep", "lowest"]
            func begin(_ name: String, _ crash: Int) throws {
                try Program("x", [Training.self]).run(
                    ["--smoke", "--out", "\(folder)/\(name)", "--save-every", "\(saveEvery)", "--crash-at", "\(crash)"]
                        + flags)
            }
            try begin("whole", 0)
            for step in 1...10 {
                #expect(throws: Crash.self) { try begin("\(step)", step) }
                try resume("\(folder)/\(step)", "--save-every", "\(saveEvery)")
                try expectSame("\(folder)/whole", "\(folder)/\(step)", "step \(step)")
            }
        }
    }

    @Test func aLimitOfStepsCanBeRaised() throws {
        try withFolder { folder in
            try train("\(folder)/whole")
            try train("\(folder)/short", "--steps", "7")
            #expect(try steps("\(folder)/short") == Array(1...7))
            try resume("\(folder)/short", "--steps", "10")
            #expect(
                try weights("\(folder)/whole") == weights("\(folder)/short"))
            // More epochs than at first go on as well.
            try train("\(folder)/long", "--epochs", "3")
            try resume("\(folder)/whole", "--epochs", "3")
            try expectSame("\(folder)/whole", "\(folder)/long", "3 epochs")
        }
    }

    @Test func evaluationsAreAtEpochsEndsAndBetween() throws {
        try withFolder { folder in
            try train(folder, "--evaluate-every", "3")
            #expect(try evaluations(folder).map(\.step) == [3, 5, 6, 9, 10])
            #expect(try evaluations(folder).map(\.epoch) == [1, 1, 2, 2, 2])
        }
    }

    /// The best network is kept, and the training ends when no better one came.
    @Test func theBestIsKeptAndPatienceEnds() throws {
        try withFolder { folder in
            let scores = ["--scores", "3", "2", "2.5", "2.6", "1"]
            func run(_ name: String, _ flags: [String]) throws {
                try Program("x", [Training.self]).run(["--smoke", "--out", "\(folder)/\(name)"] + scores + flags)
            }
            try run("patient", ["--epochs", "9", "--keep", "lowest", "--patience", "2"])
            try run("second", ["--epochs", "2"])
            #expect(try evaluations("\(folder)/patient").map(\.step) == [5, 10, 15, 20])
            #expect(try weights("\(folder)/patient") == weights("\(folder)/second"))
            #expect(try events("\(folder)/patient").last?["error"] == 2)
            try run("highest", ["--epochs", "5", "--keep", "highest"])
            try run("first", ["--epochs", "1"])
            #expect(try weights("\(folder)/highest") == weights("\(folder)/first"))
            // A resumed run knows how long it has been patient.
            try run("again", ["--epochs", "3", "--keep", "lowest", "--patience", "2"])
            try resume("\(folder)/again", "--epochs", "9")
            #expect(try evaluations("\(folder)/again").map(\.step) == [5, 10, 15, 20])
        }
    }

    @Test func whatIsKeptIsInTheModelsFileToo() throws {
        try withFolder { folder in
            try train(folder)
            let model = try Checkpoint(contentsOf: "\(folder)/model.safetensors")
            #expect(try model.parts == ["classes", "model", "run"] && model.value("classes") == ["a", "b"])
            #expect(try Checkpoint(contentsOf: "\(folder)/checkpoint.safetensors").value("seen") == 10)
        }
    }

    @Test func otherSettingsAndOtherDataAreRefused() throws {
        try withFolder { folder in
            try train(folder)
            let before = try bytes("\(folder)/checkpoint.safetensors")
            for (arguments, message) in [
                (["--learning-rate", "0.5"], "was begun with --learning-rate 0.01"),
                (["--full"], "was begun without --full"), (["--seed", "2"], "was begun with --seed 1"),
                (["--data-seed", "2"], "the data is not what the run to resume learned from"),
            ] {
                let error = #expect(throws: UsageError.self) {
                    try Program("x", [Training.self]).run(["--resume", "--out", folder] + arguments)
                }
                #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
            }
            let other = #expect(throws: UsageError.self) {
                try Program("y", [Training.self]).run(["--resume", "--out", folder])
            }
            #expect(other?.description.contains("holds a run of x train, not of y train") == true)
            #expect(try bytes("\(folder)/checkpoint.safetensors") == before)
        }
    }

    @Test func printedSettingsAreTheSameRun() throws {
        try withFolder { folder in
            try train("\(folder)/a", "--epochs", "1", "--accumulation", "2", "--seed", "5")
            let record = try Checkpoint(contentsOf: "\(folder)/a/checkpoint.safetensors").value(
                "run", as: RunRecord.self)
            try write(record.settings.text, "\(folder)/c.json")
            try Program("x", [Training.self]).run(["--config", "\(folder)/c.json", "--out", "\(folder)/b"])
            try expectSame("\(folder)/a", "\(folder)/b", "config")
        }
    }

    @Test func theReportIsOnePageWithCurveImageAndResult() throws {
        try withFolder { folder in
            #expect(throws: Crash.self) { try train(folder, "--crash-at", "7", "--save-every", "1") }
            let running = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
            #expect(running.contains("http-equiv=\"refresh\"") && !running.contains("<h2>Result</h2>"))
            try resume(folder)
            let page = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
            for words in [
                "<title>x: ", "<h2>Result</h2>", "at most 100", "<svg", "<path ", "data:image/svg+xml;base64,",
                "images/dot.svg",
                "20 rows", "accumulation", "processor",
            ] {
                #expect(page.contains(words), "\(words)")
            }
            #expect(!page.contains("http-equiv=\"refresh\"") && !page.contains("<script") && !page.contains("<link"))
        }
    }

    @Test func runsAreComparedSideBySide() throws {
        try withFolder { folder in
            try train("\(folder)/a")
            try train("\(folder)/b", "--accumulation", "2")
            let page = "\(folder)/c.html"
            try Program("x", [Training.self]).run(["compare", "\(folder)/a", "\(folder)/b", "--page", page])
            let text = try String(contentsOfFile: page, encoding: .utf8)
            #expect(text.contains("<th>accumulation</th><td>1</td><td>2</td>") && !text.contains("<th>epochs</th>"))
            #expect(throws: FileError.self) {
                try Program("x", [Training.self]).run(["compare", "\(folder)/a", folder, "--page", page])
            }
        }
    }

    private func weights(_ folder: String) throws -> [String: Tensor<Float>] {
        try SafeTensors(contentsOf: URL(fileURLWithPath: "\(folder)/model.safetensors")).weights
    }

    private func steps(_ folder: String) throws -> [Int] {
        try events(folder).filter { $0["event"] == "step" }.compactMap { $0["step"]?.number.map { Int($0) } }
    }

    private func evaluations(_ folder: String) throws -> [Evaluation] {
        try Checkpoint(contentsOf: "\(folder)/\(RunFolder.checkpointName)").value("run", as: RunRecord.self).evaluations
    }
}
