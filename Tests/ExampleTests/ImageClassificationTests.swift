import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import Testing

/// The program as its user runs it: exit codes, files, interruption and resuming.
@Suite(.serialized) struct ImageClassificationTests {
    @Test func aSmokeRunWritesItsFiles() throws {
        try withFolder { folder in
            let run = try program(["--smoke", "--dataset", "generated", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            let files = [
                "log.jsonl", "checkpoint.safetensors", "model.safetensors", "loss.svg", "confusion-matrix.png",
                "mistakes.png", "filters.png", "tensorboard/events.out.tfevents",
            ]
            for file in files {
                let listed = run.output.split(separator: "\n").first { $0.contains("  \(folder)/\(file)") }
                let path = try #require(listed, "\(file) is not listed").trimmingCharacters(in: .whitespaces)
                #expect(FileManager.default.fileExists(atPath: path))
            }
            let result = try lastLine("\(folder)/log.jsonl")
            #expect(result["event"] as? String == "result")
            #expect((result["test_accuracy"] as? Double ?? 0) > 0.7)

            let named = try program(["--classify", "\(folder)/confusion-matrix.png", "--out", folder])
            #expect(named.code == 0 && named.output.contains("confusion-matrix.png: "))
            let newer = try program(["classify", "\(folder)/filters.png", "--top", "2", "--out", folder])
            #expect(newer.code == 0 && newer.output.split(separator: ",").count == 2, "\(newer.output)\(newer.errors)")

            let evaluated = try program(["evaluate", "--out", folder])
            #expect(evaluated.code == 0, "\(evaluated.errors)")
            let again = try lastLine("\(folder)/evaluation/log.jsonl")
            #expect(again["test_accuracy"] as? Double == result["test_accuracy"] as? Double)
            #expect(again["test_loss"] as? Double == result["test_loss"] as? Double)
            #expect(FileManager.default.fileExists(atPath: "\(folder)/evaluation/mistakes.png"))
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
                    // After the second epoch the first one's checkpoint is written for sure; wherever the run then is.
                    func epochs() -> Int {
                        let log = (try? String(contentsOfFile: "\(out)/log.jsonl", encoding: .utf8)) ?? ""
                        return log.split(separator: "\n").filter { $0.contains("\"event\": \"epoch\"") }.count
                    }
                    while process.isRunning && epochs() < 2 { usleep(2000) }
                    usleep(20_000)
                    kill(process.processIdentifier, signal)
                }
                #expect(first.code == code, "\(first.errors)")
                // The number of epochs is the run's own.
                let second = try program(["--resume", "--out", out])
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

    /// Until its first checkpoint a new run must not leave an older one in its folder, which --resume would take up.
    @Test func aRunThatIsKilledAtOnceBeginsAnew() throws {
        try withFolder { folder in
            let old = ["--smoke", "--dataset", "generated", "--out", folder]
            #expect(try program(old).code == 0)
            let new = try program(old + ["--seed", "2", "--epochs", "50"]) { process in
                func log() -> String { (try? String(contentsOfFile: "\(folder)/log.jsonl", encoding: .utf8)) ?? "" }
                while process.isRunning && !log().contains("\"step\": 2,") || log().contains("result") { usleep(1000) }
                kill(process.processIdentifier, SIGKILL)
            }
            #expect(new.code == SIGKILL)
            #expect(try Checkpoint.state(in: "\(folder)/checkpoint.safetensors").notes["seed"] == "2")
        }
    }

    @Test func aResumedRunIsTheRunThatItWas() throws {
        try withFolder { folder in
            // Plain gradient descent, as --full asks for; the continuation must not become Adam's.
            let begun = ["--full", "--dataset", "generated", "--epochs", "1", "--out", folder]
            #expect(try program(begun).code == 0)
            let longer = try program(["--resume", "--epochs", "2", "--out", folder])
            #expect(longer.code == 0 && longer.output.contains("epoch 2/2: mean loss"), "\(longer.errors)")
            for (flags, message) in [
                (["--smoke"], "was begun without --smoke"), (["--seed", "9"], "was begun with --seed 1"),
                (["--dataset", "mnist"], "was begun with --dataset generated"),
            ] {
                let other = try program(["--resume", "--out", folder] + flags)
                #expect(other.code == 2 && other.errors.contains(message), "\(other.errors)")
            }
        }
    }

    /// A set of another size is a good file, but not for this network.
    @Test func imagesOfAnotherSizeAreRefused() throws {
        try withFolder { folder in
            for (name, count) in [("train", 20), ("t10k", 10)] {
                let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)] + (0..<count).map { UInt8($0 % 10) }
                let images: [UInt8] =
                    [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 3, 0, 0, 0, 4] + Array(repeating: 7, count: 12 * count)
                try Data(labels).write(to: URL(fileURLWithPath: "\(folder)/\(name)-labels-idx1-ubyte"))
                try Data(images).write(to: URL(fileURLWithPath: "\(folder)/\(name)-images-idx3-ubyte"))
            }
            let run = try program(["--data", folder, "--out", "\(folder)/out"])
            #expect(
                run.code == 3 && run.errors.contains("3 × 4 pixels, a network can use 8 × 8 and more"), "\(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }

    @Test(arguments: [
        (["--epohcs", "3"], Int32(2), "did you mean --epochs?"),
        (["--model", "resnet2-cifar"], 2, "did you mean resnet20-cifar?"),
        (["--augment", "flip,blur"], 2, "--augment takes none or crop"),
        (["--augment", "none,flip"], 2, "goes with nothing else"),
        (["--dataset", "folder"], 2, "needs --data FOLDER"),
        (["classify"], 2, "classify needs images"),
        (["classify", "-x"], 2, "belongs to no flag"),
        (["evaluate"], 3, "train first"),
        (["evaluate", "--model", "resnet20-cifr"], 2, "did you mean resnet20-cifar?"),
        (["evaluate", "--weights", "x"], 2, "--weights belongs to --model"),
        (["evaluate", "--follow", "--checkpoint", "x"], 2, "--follow reads a run's newest checkpoint"),
        (["--out="], 2, "--out was given an empty value"),
        (["--epochs", "many"], 2, "--epochs takes an integer"),
        (["--data", "/nowhere"], 3, "looked in: /nowhere"),
        (["--dataset", "mnist", "--data", "/nowhere"], 3, ".data/mnist"),
        (["--classify", "/nowhere/image.png", "--out", "/nowhere"], 3, "train first"),
        (["--resume", "--out", "NEW"], 3, "there is no run to go on with"),
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

    @Test func aDamagedImageAndAForeignCheckpointAreNamed() throws {
        try withFolder { folder in
            #expect(try program(["--smoke", "--dataset", "generated", "--out", folder]).code == 0)
            let image = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/filters.png"))
            try image.prefix(image.count / 2).write(to: URL(fileURLWithPath: "\(folder)/cut.png"))
            let cut = try program(["--classify", "\(folder)/cut.png", "--out", folder])
            #expect(cut.code == 3 && cut.errors.contains("cut.png"))
            try CIFARResNet().save(to: "\(folder)/checkpoint.safetensors")
            let foreign = try program(["--resume", "--out", folder])
            #expect(foreign.code == 3 && foreign.errors.contains("checkpoint.safetensors"))
        }
    }

    @Test func helpListsTheFlagsAndDoctorRuns() throws {
        let help = try program(["--help"])
        #expect(
            help.code == 0 && help.output.contains("--learning-rate X") && help.output.contains("swift run -c release"))
        let doctor = try program([], named: "doctor")
        #expect(doctor.code == 0 && doctor.output.contains("GFLOP/s"))
    }
}
