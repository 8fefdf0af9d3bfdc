import Foundation
import Gradus
import GradusEvaluation
import GradusVision
import Testing

/// `image-classification explain` as its user runs it.
@Suite(.serialized) struct ExplainTests {
    @Test func aRunIsExplained() throws {
        try withFolder { folder in
            let run = try program(["train", "--smoke", "--dataset", "generated", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            let all = try program(["explain", "--out", folder, "--steps", "4", "--count", "60"])
            #expect(all.code == 0, "\(all.errors)")
            for file in ["filters", "saliency", "occlusion", "classes", "embedding", "feature-maps-features.0"] {
                let path = "\(folder)/explain/\(file).png"
                #expect(all.output.contains(path), "\(file)")
                #expect((try? Image(contentsOf: path))?.width ?? 0 > 100, "\(file)")
            }
            // The same again, to the bit, on one thread.
            let names = ["saliency", "occlusion", "classes", "embedding"]
            func files() throws -> [Data] {
                try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/explain/\($0).png")) }
            }
            let first = try files()
            let again = try program(["explain", "--out", folder, "--steps", "4", "--count", "60", "--threads", "1"])
            #expect(again.code == 0)
            #expect(try files() == first)

            // Images of one's own, a class by name, layers by name.
            let image = "\(folder)/own.png"
            try Image(width: 50, height: 40, channels: 3, filledWith: 200).write(to: image)
            let own = try program([
                "explain", image, image, "--out", folder, "--show", "saliency", "feature-maps", "--class", "3",
                "--layers",
                "features.2",
            ])
            #expect(own.code == 0, "\(own.errors)")
            for file in ["saliency-1", "saliency-2", "feature-maps-features.2-2"] {
                #expect(own.output.contains("\(folder)/explain/\(file).png"), "\(file): \(own.output)")
            }
            #expect(!own.output.contains("occlusion"))
            let list = try program(["explain", "--out", folder, "--layers", "list"])
            #expect(list.code == 0 && list.output.contains("features.2  Conv2D  14 × 14 × 64"), "\(list.output)")

            for (flags, code, words) in [
                (["--show", "occlusions"], Int32(2), "got \"occlusions\""), (["--class", "zebra"], 2, "no such class"),
                (["--layers", "conv9"], 2, "list prints them all"), (["/nowhere.png"], 3, "/nowhere.png"),
                (["--data", "/nowhere"], 3, "is not there"),
            ] {
                let wrong = try program(["explain", "--out", folder] + flags)
                #expect(wrong.code == code && wrong.errors.contains(words), "\(flags): \(wrong.code) \(wrong.errors)")
            }
        }
    }

    @Test func namesLikeAWantedClassAreNamed() throws {
        try withFolder { folder in
            for name in ["komodo dragon", "dragonfly", "tiger"] {
                let path = "\(folder)/images/\(name)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                for shade in 0..<10 {
                    try Image(width: 28, height: 28, channels: 3, filledWith: UInt8(20 * shade)).write(
                        to: "\(path)/\(shade).png")
                }
            }
            let run = try program(["train", "--smoke", "--data", "\(folder)/images", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            for (name, words) in [
                ("dragon", "names like it are \"dragonfly\" (0), \"komodo dragon\" (1)"),
                ("tigre", "did you mean \"tiger\"? Its 3 classes are called dragonfly"), ("zebra", "Its 3 classes are"),
            ] {
                let wrong = try program(["explain", "--out", folder, "--class", name, "--show", "classes"])
                #expect(wrong.code == 2 && wrong.errors.contains(words), "\(wrong.code) \(wrong.errors)")
            }
        }
    }

    @Test func nothingToExplainIsSaid() throws {
        try withFolder { folder in
            let run = try program(["explain", "--out", folder])
            #expect(run.code == 3 && run.errors.contains("Train first"), "\(run.errors)")
        }
    }
}
