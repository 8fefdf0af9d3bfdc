import Foundation
import Gradus
import GradusEvaluation
import GradusVision
import Testing

/// `image-generation score`, and what a folder of images does to a run.
@Suite(.serialized) struct ImageGenerationScoreTests {
    private let smoke = ["train", "--smoke", "--dataset", "generated", "--epochs", "1"]

    @Test func aRunIsScored() throws {
        try withFolder { folder in
            #expect(try generation(smoke + ["--snapshots", "--out", folder]).code == 0)
            let first = try generation(["score", "--out", folder])
            #expect(first.code == 0 && first.output.contains("training a classifier"), "\(first.errors)")
            for file in ["score.jsonl", "classifier.safetensors", "nearest.png"] {
                #expect(first.output.contains("\(folder)/\(file)"), "\(file)")
            }
            let result = try lastLine("\(folder)/score.jsonl")
            let figures = ["frechet_distance", "real_frechet_distance", "precision", "recall", "smallest_class_share"]
            #expect(result["event"] as? String == "result" && figures.allSatisfy { result[$0] is Double })
            // After a few steps nothing looks like a digit.
            let distances = ["frechet_distance", "real_frechet_distance"].map { result[$0] as? Double ?? .nan }
            #expect(distances[0] > 2 * distances[1])
            #expect(result["real_precision"] as? Double ?? 0 > 0.5 && result["real_recall"] as? Double ?? 0 > 0.5)

            // The second time the classifier is there, and the result is the same; a chart shows the snapshots.
            let second = try generation(["score", "--snapshots", "--out", folder, "--threads", "1"])
            #expect(second.code == 0 && !second.output.contains("training a classifier"), "\(second.errors)")
            #expect(second.output.contains("\(folder)/frechet.svg") && second.output.contains("epoch-0001.safetensors"))
            let again = try lastLine("\(folder)/score.jsonl")
            #expect(again["real_frechet_distance"] as? Double == distances[1])
            #expect(again["frechet_distance"] as? Double == distances[0])
        }
    }

    /// Digits are told from their pixels; from the features of a discriminator that has hardly learned, too.
    @Test func theDiscriminatorsFeaturesAreClassified() throws {
        try withFolder { folder in
            #expect(try generation(smoke + ["--out", folder]).code == 0)
            let run = try generation(["score", "--svm", "--svm-images", "400", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            let result = try lastLine("\(folder)/svm.jsonl")
            #expect(result["pixel_accuracy"] as? Double ?? 0 > 0.6)
            #expect(result["feature_accuracy"] as? Double ?? 0 > 0.6)
        }
    }

    @Test func mistakesAreExplained() throws {
        try withFolder { folder in
            for (flags, code, words) in [
                ([], Int32(3), "Train first"), (["--snapshots", "--generator", "x"], 2, "leave one of them out"),
                (["--svm", "--classifier", "x"], 2, "discriminator alone"), (["--samples", "3"], 2, "from 10"),
                (["--svm-images", "300"], 2, "belongs to --svm"), (["--sampels", "3"], 2, "did you mean --samples"),
            ] {
                let run = try generation(["score", "--out", folder] + flags)
                #expect(run.code == code && run.errors.contains(words), "\(flags): \(run.errors)")
            }
            #expect(try generation(smoke + ["--conditional", "--out", folder]).code == 0)
            for (flags, code, words) in [
                (["--snapshots"], Int32(3), "train with --snapshots first"),
                (["--classifier", "\(folder)/model.safetensors"], 3, "is no classifier"),
                (["--classifier", "/nowhere"], 3, "is not there"), (["--svm"], 2, "told the classes"),
            ] {
                let run = try generation(["score", "--out", folder] + flags)
                #expect(run.code == code && run.errors.contains(words), "\(flags): \(run.errors)")
            }
        }
    }

    /// Good images of all kinds and sizes, among them what the issue of bad images is made of.
    @Test func brokenImagesAreNamedAndTheRunGoesOn() throws {
        try withFolder { folder in
            let images = "\(folder)/images"
            try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
            for index in 0..<70 {
                let image = Image(
                    width: 20 + index, height: 90 - index, channels: 3,
                    pixels: (0..<(3 * (20 + index) * (90 - index))).map {
                        UInt8(truncatingIfNeeded: $0 * (index + 1))
                    })
                if index % 2 == 0 { try image.write(to: "\(images)/\(index).png") }
                if index % 2 == 1 { try image.writeJPEG(to: "\(images)/\(index).jpg") }
            }
            let whole = try Image(width: 60, height: 60, channels: 3).jpegBytes()
            try Data(whole.prefix(whole.count / 2)).write(to: URL(fileURLWithPath: "\(images)/half.jpg"))
            try Data("P5 4 4 65535\n".utf8).write(to: URL(fileURLWithPath: "\(images)/empty.pgm"))
            try Image(width: 1, height: 1, channels: 1).write(to: "\(images)/dot.png")

            let run = try generation(
                [
                    "train", "--smoke", "--data", images, "--size", "16", "--epochs", "2", "--batch-size", "16",
                    "--out", folder,
                ])
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.contains("3 of 73 images were skipped:"), "\(run.output.suffix(900))")
            for name in ["half.jpg", "empty.pgm", "dot.png"] { #expect(run.output.contains(name), "\(name)") }
            #expect(try Image(contentsOf: "\(folder)/samples.png").channels == 3)
            let score = try generation(["score", "--out", folder])
            #expect(score.code == 2 && score.errors.contains("have no classes"), "\(score.errors)")
        }
    }

    @Test func foldersWithoutUsableImagesAreRefused() throws {
        try withFolder { folder in
            let images = "\(folder)/images"
            try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
            func train(_ data: String) throws -> (code: Int32, output: String, errors: String) {
                try generation(["train", "--smoke", "--out", "\(folder)/\(UUID().uuidString)", "--data", data])
            }
            for (path, words) in [("/nowhere", "is not there"), (images, "holds no images")] {
                let run = try train(path)
                #expect(run.code == 3 && run.errors.contains(words), "\(run.errors)")
            }
            try Data("nothing".utf8).write(to: URL(fileURLWithPath: "\(images)/a.jpg"))
            let run = try train(images)
            #expect(run.code == 3 && run.errors.contains("none of its 1 images can be used"), "\(run.errors)")
            try Image(width: 30, height: 30, channels: 3).write(to: "\(images)/b.png")
            let few = try train(images)
            #expect(few.code == 2 && few.errors.contains("--batch-size"), "\(few.errors)")
        }
    }

    private func generation(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "image-generation")
    }
}
