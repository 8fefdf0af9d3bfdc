import Foundation
import GradusVision
import Testing

/// What `classify --model` says when something is wrong.
@Suite struct PretrainedMistakes {
    @Test func wrongCommandLinesAreExplained() throws {
        let unknown = try program(["classify", "--model", "mobilnetv2", "a.png"])
        #expect(unknown.code == 2 && unknown.errors.contains("did you mean mobilenetv2"))
        let nothing = try program(["classify", "--model", "mobilenetv2"])
        #expect(nothing.code == 2 && nothing.errors.contains("needs images"))
        let both = try program(["classify", "--model", "mobilenetv2", "--out", "x", "a.png"])
        #expect(both.code == 2 && both.errors.contains("--out"))
        let alone = try program(["classify", "--weights", "w.pth", "a.png"])
        #expect(alone.code == 2 && alone.errors.contains("--model"))
    }

    @Test func wrongFilesAreExplained() throws {
        try withFolder { folder in
            let good = "\(folder)/good.png"
            try Image(width: 40, height: 30, channels: 3, filledWith: 90).write(to: good)
            let whole = try Data(contentsOf: URL(fileURLWithPath: good))
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: "\(folder)/half.png"))
            try Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/broken.jpg"))
            for name in ["half.png", "broken.jpg", "missing.png"] {
                let result = try program(["classify", "--model", "mobilenetv2", "\(folder)/\(name)"])
                #expect(result.code == 3 && result.errors.contains(name) && result.output.isEmpty)
            }
            try Data("no weights".utf8).write(to: URL(fileURLWithPath: "\(folder)/w.pth"))
            let weights = try program(["classify", "--model", "mobilenetv2", good, "--weights", "\(folder)/w.pth"])
            #expect(weights.code == 3 && weights.errors.contains("no file of torch.save"))
            let missing = try program(["classify", "--model", "resnet18", good, "--weights", "\(folder)/none.pth"])
            #expect(missing.code == 3 && missing.errors.contains("none.pth"))
        }
    }
}
