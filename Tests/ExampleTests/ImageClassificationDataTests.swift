import Foundation
import Gradus
import GradusData
import GradusTraining
import GradusVision
import Testing

/// CIFAR-10's records and folders of images, whole and damaged, as the program meets them.
@Suite(.serialized) struct ImageClassificationDataTests {
    private let quick = ["--batch-size", "20", "--epochs", "2"]

    /// Files of records in which class k has colors of its own, so that a few steps learn something.
    static func writeRecords(to folder: String, training: Int = 240, test: Int = 60) throws {
        for (name, count) in [("data_batch_1.bin", training), ("test_batch.bin", test)] {
            let noise = Tensor<Float>(uniform: [count, 3072], to: 80, using: RandomGenerator(seed: UInt64(count)))
                .scalars
            var bytes: [UInt8] = []
            for number in 0..<count {
                let label = number % 10
                bytes.append(UInt8(label))
                for sample in 0..<3072 {
                    let row = sample % 1024 / 32
                    let level = Float((label * 17 + sample / 1024 * 53 + (row / 8 * label) * 31) % 170)
                    bytes.append(UInt8(level + noise[number * 3072 + sample]))
                }
            }
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }

    /// Folders of images, red ones and blue ones, in several formats.
    static func writeFolders(to folder: String, count: Int = 12, classes: [String] = ["blue", "red"]) throws {
        for (number, name) in classes.enumerated() {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            for index in 0..<count {
                let strong = UInt8(150 + 8 * index)
                let color: [UInt8] = number == 0 ? [20, 30, strong] : [strong, 30, 20]
                let pixels = Array(repeatElement(color, count: 40 * 36).joined())
                let image = Image(width: 40, height: 36, channels: 3, pixels: pixels)
                let path = "\(folder)/\(name)/\(index)"
                try index % 3 == 0 ? image.writeJPEG(to: "\(path).jpg") : image.write(to: "\(path).png")
            }
        }
    }

    @Test func recordsAreLearned() throws {
        try withFolder { folder in
            try Self.writeRecords(to: folder)
            let run = try program(
                ["--data", folder, "--augment", "crop,flip,brightness,contrast,cutout,mixup", "--out", "\(folder)/run"]
                    + quick)
            #expect(run.code == 0 && run.output.contains("resnet20-cifar"), "\(run.errors)")
            #expect(FileManager.default.fileExists(atPath: "\(folder)/run/augmented.png"))
            // The weights do not depend on the number of threads.
            let alone = try program(
                [
                    "--data", folder, "--augment", "crop,flip,brightness,contrast,cutout,mixup", "--threads", "1",
                    "--out",
                    "\(folder)/alone",
                ] + quick)
            #expect(alone.code == 0, "\(alone.errors)")
            let weights = try ["run", "alone"].map {
                try SafeTensors(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/model.safetensors")).tensors
            }
            #expect(weights[0] == weights[1])
        }
    }

    @Test func aFolderOfImagesIsLearnedJudgedAndUsed() throws {
        try withFolder { folder in
            let data = "\(folder)/data"
            try Self.writeFolders(to: data)
            // What is no image, though it is called so, is named and left out.
            try Data("no image".utf8).write(to: URL(fileURLWithPath: "\(data)/red/broken.jpg"))
            let good = try Data(contentsOf: URL(fileURLWithPath: "\(data)/red/0.jpg"))
            try good.prefix(good.count / 2).write(to: URL(fileURLWithPath: "\(data)/blue/cut.jpg"))
            let out = ["--out", "\(folder)/run"]
            let run = try program(
                ["--data", data, "--model", "tf-layers", "--batch-size", "4", "--epochs", "4"] + out)
            #expect(run.code == 0 && run.output.contains("2 classes in"), "\(run.output)\(run.errors)")
            #expect(run.output.contains("red/broken.jpg") && run.output.contains("blue/cut.jpg"))
            #expect(try lastLine("\(folder)/run/log.jsonl")["test_accuracy"] as? Double == 1)

            let evaluated = try program(["evaluate", "--part", "training"] + out)
            #expect(evaluated.code == 0 && evaluated.output.contains("learned from"), "\(evaluated.errors)")
            let named = try program(["classify", "\(data)/red/1.png", "\(data)/blue/0.jpg"] + out)
            #expect(named.output.contains("1.png: red") && named.output.contains("0.jpg: blue"), "\(named.output)")
            try Image(width: 9, height: 7, channels: 3, filledWith: 0).write(to: "\(folder)/black.png")
            let black = try program(["classify", "\(folder)/black.png"] + out)
            #expect(black.code == 0 && black.output.contains("the same color"), "\(black.output)")

            // What cannot be read is named, one line each, and what can be read is classified all the same.
            let mixed = try program(
                [
                    "classify", "\(data)/red/1.png", "\(data)/blue/cut.jpg", "\(data)/blue/0.jpg",
                    "\(folder)/missing.png",
                ] + out)
            #expect(mixed.code == 1 && mixed.output.contains("1.png: red") && mixed.output.contains("0.jpg: blue"))
            let errors = mixed.errors.split(separator: "\n")
            #expect(
                errors.count == 3 && errors[0].contains("blue/cut.jpg: ") && errors[1].contains("/missing.png: "),
                "\(errors)")
            #expect(errors.last == "error: 2 of 4 images could not be read")
            let one = try program(["classify", "\(folder)/missing.png"] + out)
            #expect(
                one.code == 3 && one.errors.split(separator: "\n").count == 1 && one.output.isEmpty, "\(one.errors)")
            let whole = try program(["classify", "\(data)/red/"] + out)
            let lines = whole.output.split(separator: "\n").filter { $0.contains(": red ") }
            #expect(whole.code == 1 && whole.errors.contains("red/broken.jpg") && !lines.isEmpty, "\(whole)")
            try FileManager.default.createDirectory(atPath: "\(folder)/none", withIntermediateDirectories: true)
            let empty = try program(["classify", "\(folder)/none"] + out)
            #expect(empty.code == 3 && empty.errors.contains("holds no images"), "\(empty.errors)")
        }
    }

    /// The checkpoint keeps what whitens, so that the network can be evaluated again without the images it learned from.
    @Test func whitenedImagesAreLearnedAndEvaluated() throws {
        try withFolder { folder in
            let run = try program(["--smoke", "--dataset", "generated", "--whiten", "--out", folder])
            #expect(run.code == 0 && FileManager.default.fileExists(atPath: "\(folder)/whitened.png"), "\(run.errors)")
            let result = try lastLine("\(folder)/log.jsonl")
            #expect(result["test_accuracy"] as? Double ?? 0 > 0.6)
            let evaluated = try program(["evaluate", "--out", folder])
            #expect(evaluated.code == 0, "\(evaluated.errors)")
            let again = try lastLine("\(folder)/evaluation/log.jsonl")
            #expect(again["test_loss"] as? Double == result["test_loss"] as? Double)
        }
    }

    @Test func partsOfAFolderAreKeptApart() throws {
        try withFolder { folder in
            try Self.writeFolders(to: "\(folder)/data/train", count: 8)
            try Self.writeFolders(to: "\(folder)/data/test", count: 3)
            let out = ["--model", "tf-layers", "--epochs", "1", "--out", "\(folder)/run"]
            let run = try program(["--data", "\(folder)/data"] + out)
            #expect(
                run.code == 0 && run.output.contains("16 to learn from, 6 to evaluate on"), "\(run.output)\(run.errors)"
            )
            try Self.writeFolders(to: "\(folder)/data/test", count: 3, classes: ["blue", "green"])
            let other = try program(["--data", "\(folder)/data", "--overwrite"] + out)
            #expect(other.code == 3 && other.errors.contains("has the class \"green\""), "\(other.errors)")
        }
    }

    /// Six epochs of one batch would teach nothing.
    @Test func smallFoldersGetMoreAndSmallerBatches() throws {
        try withFolder { folder in
            try Self.writeFolders(to: "\(folder)/data", count: 3)
            let out = ["--data", "\(folder)/data", "--model", "lenet", "--out", "\(folder)/run"]
            let run = try program(out) { process in
                // The header says it; there is no need to wait for the rest.
                let checkpoint = "\(folder)/run/checkpoint.safetensors"
                while process.isRunning && !FileManager.default.fileExists(atPath: checkpoint) { usleep(2000) }
                kill(process.processIdentifier, SIGINT)
            }
            #expect(run.output.contains("100 epochs, batches of 8,"), "\(run.output)\(run.errors)")
            let asked = try program(out + ["--overwrite", "--epochs", "1", "--batch-size", "2"])
            #expect(asked.output.contains("1 epoch, batches of 2,"))
        }
    }

    @Test func foldersThatCannotBeLearnedAreRefused() throws {
        try withFolder { folder in
            try Self.writeFolders(to: "\(folder)/one", classes: ["cat"])
            try Self.writeFolders(to: "\(folder)/stray")
            try Image(width: 40, height: 40, channels: 1).write(to: "\(folder)/stray/alone.png")
            try Self.writeFolders(to: "\(folder)/poor", count: 5)
            for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/poor/red") {
                try Data("?".utf8).write(to: URL(fileURLWithPath: "\(folder)/poor/red/\(file)"))
            }
            for (name, message) in [
                ("one", "of one class only, \"cat\""), ("stray", "alone.png, which is in no class's folder"),
                ("poor", "holds 0 usable images"),
            ] {
                let run = try program(["--data", "\(folder)/\(name)", "--out", "\(folder)/run-\(name)"])
                #expect(run.code == 3 && run.errors.contains(message), "\(run.errors)")
            }
        }
    }

    @Test func damagedRecordsAreNamed() throws {
        try withFolder { folder in
            try Self.writeRecords(to: folder, training: 30, test: 10)
            let file = URL(fileURLWithPath: "\(folder)/data_batch_1.bin")
            let whole = try Data(contentsOf: file)
            let flags = ["--dataset", "cifar10", "--data", folder, "--overwrite", "--out", "\(folder)/run"]
            for (data, message) in [
                (whole.prefix(5000), "ends 1927 bytes into record 1"), (Data([77]) + whole.dropFirst(), "class 77"),
                (Data(), "holds no images"),
            ] {
                try data.write(to: file)
                let run = try program(flags)
                #expect(run.code == 3 && run.errors.contains(message), "\(run.errors)")
            }
        }
    }

    @Test func aRunGoesOnWithItsOwnImagesOnly() throws {
        try withFolder { folder in
            try Self.writeFolders(to: "\(folder)/data")
            let out = ["--out", "\(folder)/run"]
            #expect(try program(["--data", "\(folder)/data", "--model", "tf-layers", "--epochs", "1"] + out).code == 0)
            for (flags, message) in [
                (["--model", "resnet20-cifar"], "was begun with --model tf-layers"),
                (["--images", "5"], "was begun without --images"),
                (["--augment", "flip"], "was begun without --augment"),
                (["--whiten"], "was begun without --whiten"),
            ] {
                let run = try program(["--resume"] + flags + out)
                #expect(run.code == 2 && run.errors.contains(message), "\(run.errors)")
            }
            try FileManager.default.removeItem(atPath: "\(folder)/data/red/3.jpg")
            let changed = try program(["--resume", "--epochs", "2"] + out)
            #expect(changed.code == 2 && changed.errors.contains("the data is not what the run to resume learned from"))
        }
    }

    /// The watcher evaluates every checkpoint that it finds, ends with the training, and does not affect it.
    @Test func evaluationRunsBesideTheTraining() throws {
        try withFolder { folder in
            let flags = ["--smoke", "--dataset", "generated", "--epochs", "4", "--batch-size", "20"]
            #expect(try program(flags + ["--out", "\(folder)/alone"]).code == 0)
            var evaluated: (code: Int32, output: String, errors: String)?
            let run = try program(flags + ["--save-every", "20", "--out", "\(folder)/run"]) { process in
                let checkpoint = "\(folder)/run/checkpoint.safetensors"
                while process.isRunning && !FileManager.default.fileExists(atPath: checkpoint) { usleep(1000) }
                evaluated = try? program(["evaluate", "--follow", "--interval", "1", "--out", "\(folder)/run"])
            }
            #expect(run.code == 0, "\(run.errors)")
            let follower = try #require(evaluated)
            #expect(follower.code == 0 && follower.output.contains("the training has ended"), "\(follower.errors)")
            let steps = follower.output.split(separator: "\n").filter { $0.hasPrefix("step ") }
            #expect(steps.count > 1 && steps.last?.hasPrefix("step 200, ") == true, "\(follower.output)")
            let weights = try ["alone", "run"].map {
                try SafeTensors(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/model.safetensors")).tensors
            }
            #expect(weights[0] == weights[1])
            let last = try #require(
                lines("\(folder)/run/log.jsonl").last { $0.contains("\"event\": \"evaluation\"") })
            let own = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
            let followed = try lastLine("\(folder)/run/evaluation/log.jsonl")
            #expect(own?["test_loss"] as? Double == followed["test_loss"] as? Double)
        }
    }

    private static var hasPublishedWeights: Bool {
        guard let data = ProcessInfo.processInfo.environment["GRADUS_DATA"] else { return false }
        return ["resnet-cifar10-weights/resnet20-12fca82f.th", "cifar10/test_2000.bin.gz"].allSatisfy {
            FileManager.default.fileExists(atPath: "\(data)/\($0)")
        }
    }

    /// The published weights name 1,627 of the 2,000 images of the JPEG copy rightly.
    @Test(.enabled(if: hasPublishedWeights, "needs GRADUS_DATA with ResNet-20's weights and CIFAR-10's JPEG copy"))
    func publishedWeightsAreEvaluated() throws {
        try withFolder { folder in
            let data = (ProcessInfo.processInfo.environment["GRADUS_DATA"] ?? "") + "/cifar10"
            let run = try program(["evaluate", "--model", "resnet20-cifar", "--data", data, "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            #expect(try lastLine("\(folder)/evaluation/log.jsonl")["test_accuracy"] as? Double == 0.8135)
        }
    }
}
