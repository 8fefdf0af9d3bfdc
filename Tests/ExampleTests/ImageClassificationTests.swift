import Foundation
import Gradus
import GradusModels
import GradusTraining
import GradusVision
import Testing

/// The program as its user runs it: exit codes, files, and what other commands make of a run.
@Suite(.serialized) struct ImageClassificationTests {
    private let smoke = ["--smoke", "--dataset", "generated"]

    @Test func aSmokeRunWritesItsFiles() throws {
        try withFolder { folder in
            let run = try program(smoke + ["--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            for file in ["model.safetensors", "confusion-matrix.png", "mistakes.png", "filters.png", "report.html"] {
                #expect(run.output.contains("\(folder)/\(file)"), "\(file) is not listed")
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
            }
            let result = try lastLine("\(folder)/log.jsonl")
            #expect(result["event"] as? String == "result")
            #expect((result["test_accuracy"] as? Double ?? 0) > 0.7)
            let report = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
            for part in ["<title>image-classification", "<svg", "data:image/png;base64"] {
                #expect(report.contains(part), "\(part)")
            }

            let named = try program(["classify", "\(folder)/filters.png", "--top", "2", "--out", folder])
            #expect(named.code == 0 && named.output.split(separator: ",").count == 2, "\(named.output)\(named.errors)")
            let evaluated = try program(["evaluate", "--out", folder])
            #expect(evaluated.code == 0, "\(evaluated.errors)")
            let again = try lastLine("\(folder)/evaluation/log.jsonl")
            #expect(again["test_accuracy"] as? Double == result["test_accuracy"] as? Double)
            #expect(again["test_loss"] as? Double == result["test_loss"] as? Double)
            #expect(FileManager.default.fileExists(atPath: "\(folder)/evaluation/mistakes.png"))
        }
    }

    /// What was trained is loaded by any program, with its class names and preprocessing.
    @Test func aTrainedClassifierIsImported() throws {
        try withFolder { folder in
            #expect(try program(smoke + ["--out", folder]).code == 0)
            let image = "\(folder)/confusion-matrix.png"
            let output = try program(["classify", image, "--out", folder]).output
            for path in [folder, "\(folder)/model.safetensors", "\(folder)/checkpoint.safetensors"] {
                let classifier = try ImageClassifier(contentsOf: path)
                #expect(classifier.network.name == "tf-layers" && classifier.body is TFLayersNet)
                #expect(classifier.classNames == (0..<10).map { "\($0)" })
                #expect(classifier.preprocessing.fit == .object(longerSide: 20))
                let guess = try #require(classifier.classify(Image(contentsOf: image)).first)
                let words = "\(guess.name) \(String(format: "%.1f %%", 100 * guess.probability))"
                #expect(output.contains("confusion-matrix.png: \(words)"), "\(output)")
            }
        }
    }

    /// A fifth of a minute of learning reaches what the program promises for its own digits.
    @Test func generatedDigitsAreLearned() throws {
        try withFolder { folder in
            let run = try program(["--dataset", "generated", "--epochs", "1", "--out", folder])
            #expect(run.code == 0 && run.output.contains(": reached"), "\(run.output)")
        }
    }

    /// Averaged weights are what a checkpoint's user gets, as evaluations do.
    @Test func averagedWeightsAreEvaluated() throws {
        try withFolder { folder in
            let run = try program(smoke + ["--model", "tf-cifar10", "--out", folder])
            #expect(run.code == 0 && run.output.contains("weights averaged by 0.9999"), "\(run.errors)")
            #expect(FileManager.default.fileExists(atPath: "\(folder)/augmented.png"))
            let result = try lastLine("\(folder)/log.jsonl")
            for file in ["model", "checkpoint"] {
                let evaluated = try program(
                    ["evaluate", "--out", folder, "--checkpoint", "\(folder)/\(file).safetensors"])
                #expect(evaluated.code == 0, "\(evaluated.errors)")
                let again = try lastLine("\(folder)/evaluation/log.jsonl")
                #expect(again["test_loss"] as? Double == result["test_loss"] as? Double)
            }
        }
    }

    @Test func aResumedRunKeepsItsRecipe() throws {
        try withFolder { folder in
            // Plain gradient descent, as --full asks for; the continuation must not become Adam's.
            let begun = ["--full", "--dataset", "generated", "--epochs", "1", "--out", folder]
            #expect(try program(begun).code == 0)
            let longer = try program(["--resume", "--epochs", "2", "--out", folder])
            #expect(longer.code == 0 && longer.output.contains("epoch 2/2, step"), "\(longer.errors)")
            #expect(longer.output.contains("sgd at 0.001"))
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
        }
    }

    @Test(arguments: [
        (["--model", "resnet2-cifar"], Int32(2), "did you mean resnet20-cifar?"),
        (["--augment", "flip,blur"], 2, "--augment takes none, or some of crop"),
        (["--augment", "none,flip"], 2, "--augment takes none, or some of crop"),
        (["--dataset", "folder"], 2, "needs --data FOLDER"),
        (["--dataset", "generated", "--data", "x"], 2, "generated digits come from none"),
        (["classify"], 2, "classify needs images"),
        (["evaluate"], 3, "Train first"),
        (["evaluate", "--follow"], 3, "Train first"),
        (["evaluate", "--model", "resnet20-cifr"], 2, "did you mean resnet20-cifar?"),
        (["evaluate", "--model", "mobilenetv2"], 2, "published weights for CIFAR-10"),
        (["evaluate", "--weights", "x"], 2, "--weights belongs to --model"),
        (["evaluate", "--follow", "--checkpoint", "x"], 2, "a run's newest checkpoint is read"),
        (["--data", "/nowhere"], 3, "looked in: /nowhere"),
        (["--dataset", "mnist", "--data", "/nowhere"], 3, ".data/mnist"),
        (["classify", "/nowhere/image.png", "--out", "/nowhere"], 3, "Train first"),
        (["--smoke", "--dataset", "generated", "--learning-rate", "1e30", "--out", "NEW"], 4, "at step"),
    ])
    func mistakesEndWithTheirCode(_ arguments: [String], _ code: Int32, _ message: String) throws {
        try withFolder { folder in
            let run = try program(
                arguments.map { $0 == "NEW" ? "\(folder)/new" : $0 }
                    + (arguments.contains("--out") ? [] : ["--out", "\(folder)/out"]))
            #expect(run.code == code)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }

    @Test func aForeignFileIsNamed() throws {
        try withFolder { folder in
            try CIFARResNet().save(to: "\(folder)/model.safetensors")
            for command in ["evaluate", "explain"] {
                let foreign = try program([command, "--out", folder])
                #expect(foreign.code == 3 && foreign.errors.contains("model.safetensors"), "\(foreign.errors)")
            }
        }
    }
}
