import Foundation
import GradusData
import GradusVision
import Testing

/// classic-vision as its user runs it.
@Suite(.serialized) struct ClassicVisionTests {
    private let smoke = ["--smoke", "--dataset", "generated"]

    @Test func aSmokeRunWritesItsFiles() throws {
        try withFolder { folder in
            let run = try classic(smoke + ["--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            let files = [
                "log.jsonl", "run.json", "accuracy.svg", "gradients.png", "neighbors-l1.png", "neighbors-l2.png",
                "softmax-templates.png", "linear-svm-templates.png", "confusion-matrix.png",
            ]
            for file in files {
                #expect(run.output.contains("  \(folder)/\(file)\n"), "\(file) is not listed")
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
            }
            let events = try lines("\(folder)/log.jsonl")
            // Two sizes, seven methods.
            #expect(events.count == 15 && events.dropLast().allSatisfy { $0["event"] as? String == "score" })
            let result = try #require(events.last)
            for name in ["knn", "softmax", "linear_svm", "hog_svm", "hog_rbf", "network"] {
                let accuracy = try #require(result["\(name)_accuracy"] as? Double)
                // 200 digits are enough for all of them to be far from chance.
                #expect((0.45...1).contains(accuracy), "\(name): \(accuracy)")
            }
            #expect(result["seconds"] as? Double ?? 0 > 0 && result["peak_mib"] as? Double ?? 0 > 0)
            let chart = try String(contentsOfFile: "\(folder)/accuracy.svg", encoding: .utf8)
            #expect(chart.contains("RBF SVM, HOG") && chart.components(separatedBy: "<circle").count == 15)
        }
    }

    /// The same accuracies and choices on one thread in one go, and on four with an interruption.
    @Test func interruptedRunsDoWhatIsMissing() throws {
        try withFolder { folder in
            let flags = smoke + ["--methods", "knn-l1", "softmax", "hog-svm", "hog-rbf", "network"]
            #expect(try classic(flags + ["--threads", "1", "--out", "\(folder)/whole"]).code == 0)
            let out = "\(folder)/interrupted"
            let first = try program(flags + ["--threads", "4", "--out", out], named: "classic-vision") { process in
                while process.isRunning && ((try? lines("\(out)/log.jsonl").count) ?? 0) < 3 { usleep(2000) }
                kill(process.processIdentifier, SIGINT)
            }
            #expect(first.code == 130 && first.errors.contains("Add --resume"), "\(first.errors)")
            let second = try classic(["--resume", "--threads", "4", "--out", out])
            #expect(second.code == 0 && second.output.contains("continuing after"), "\(second.errors)")
            let runs = try ["whole", "interrupted"].map { name in
                try lines("\(folder)/\(name)/log.jsonl").dropLast().map { event in
                    event.filter { !$0.key.hasSuffix("_seconds") } as NSDictionary
                }
            }
            #expect(runs[0].count == 10 && runs[0] == runs[1])

            for (flags, words) in [
                (["--seed", "2"], "was begun with --seed 1"), (["--folds", "4"], "was begun with --folds 5"),
                (["--dataset", "mnist"], "was begun with --dataset generated"),
            ] {
                let other = try classic(["--resume", "--out", out] + flags)
                #expect(other.code == 2 && other.errors.contains(words), "\(other.errors)")
            }
        }
    }

    @Test func aFolderOfImagesHasItsClasses() throws {
        try withFolder { folder in
            try writeImages(40, of: ["dark", "light"], into: "\(folder)/images")
            try Data("no image".utf8).write(to: URL(fileURLWithPath: "\(folder)/images/dark/broken.png"))
            let run = try classic(
                ["--smoke", "--data", "\(folder)/images", "--methods", "knn-l2", "hog-svm", "--out", "\(folder)/out"])
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.contains("2 classes in") && run.output.contains("broken.png"))
            let result = try #require(lines("\(folder)/out/log.jsonl").last)
            #expect(result["knn_accuracy"] as? Double == 1 && result["images"] as? Double == 64)
        }
    }

    @Test func catsAndDogsMayBeAnyTwoClasses() throws {
        try withFolder { folder in
            let run = try classic(["cat-dog"] + smoke + ["--classes", "3", "8", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            let events = try lines("\(folder)/log.jsonl")
            #expect(
                events.map { $0["event"] as? String } == Array(repeating: "features", count: 5) + ["joint", "result"])
            let result = try #require(events.last)
            let accuracy = try #require(result["cat_dog_accuracy"] as? Double)
            #expect(accuracy > 0.7)
            #expect(abs(try #require(result["twelve_in_a_row"] as? Double) - pow(accuracy, 12)) < 1e-9)
            for file in ["tiles.png", "surest.png"] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
            }
            // The same on one thread.
            let other = "\(folder)/other"
            #expect(
                try classic(["cat-dog"] + smoke + ["--classes", "3", "8", "--threads", "1", "--out", other]).code == 0)
            let again = try #require(lines("\(other)/log.jsonl").last)
            #expect(again["cat_dog_accuracy"] as? Double == accuracy)
        }
    }

    @Test func mistakesAreExplained() throws {
        try withFolder { folder in
            try writeImages(30, of: ["alone"], into: "\(folder)/one")
            try writeImages(4, of: ["a", "b"], into: "\(folder)/few")
            try FileManager.default.createDirectory(atPath: "\(folder)/broken/a", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: "\(folder)/broken/b", withIntermediateDirectories: true)
            for name in ["a/1.png", "a/2.png", "b/1.jpg", "b/2.jpg"] {
                try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/broken/\(name)"))
            }
            let out = ["--out", "\(folder)/out"]
            for (flags, code, words) in [
                (["--data", "\(folder)/one"], Int32(3), "one class"),
                (["--data", "\(folder)/few"], 3, "too few for 5 folds"),
                (["--data", "\(folder)/broken"], 3, "none of its 4 images"),
                (["--data", "\(folder)/nowhere"], 3, "is not there"),
                (["--dataset", "cifar10", "--data", folder], 3, "no data set cifar10"),
                (["--dataset", "folder"], 2, "needs --data"), (["--methods", "hog-rfb"], 2, "did you mean hog-rbf"),
                (["--smoke", "--full"], 2, "contradict"), (["--sizes", "100", "ten"], 2, "got \"ten\""),
                (["--sizes", "8"], 2, "cannot be cut into 5 folds"),
                (["--cell-sice", "4"], 2, "did you mean --cell-size"),
                (["--dataset", "generated", "--cell-size", "20"], 2, "at most 14"),
                (["--dataset", "generated", "--methods", "resnet20"], 2, "32 × 32"),
                (["--resume"], 3, "no run to go on with"), (["--threads", "0"], 2, "--threads"),
                (["cat-dog", "--dataset", "generated", "--classes", "3", "cat"], 2, "there is no class \"cat\""),
                (["cat-dog", "--dataset", "generated", "--classes", "3"], 2, "two classes"),
                (["cat-dog", "--images", "6"], 2, "cannot be cut"), (["cat-dgo"], 2, "did you mean cat-dog"),
            ] {
                let run = try classic(flags + out)
                #expect(run.code == code && run.errors.contains(words), "\(flags): \(run.code) \(run.errors)")
            }
            try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/out/run.json"))
            let damaged = try classic(["--resume"] + out)
            #expect(damaged.code == 3 && damaged.errors.contains("is no record of a run"), "\(damaged.errors)")
        }
    }

    /// Images that their brightness tells apart.
    private func writeImages(_ count: Int, of classes: [String], into folder: String) throws {
        for (number, name) in classes.enumerated() {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            for index in 0..<count {
                let (width, height) = (24 + index % 9, 30 - index % 5)
                let pixels = (0..<(width * height * 3)).map { UInt8(($0 * (index + 3) % 60) + 150 * number) }
                try Image(width: width, height: height, channels: 3, pixels: pixels).write(
                    to: "\(folder)/\(name)/\(index).png")
            }
        }
    }

    private func classic(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "classic-vision")
    }

    private func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
    }
}
