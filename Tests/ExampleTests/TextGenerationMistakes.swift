import Foundation
import Gradus
import Testing

/// What a user can get wrong: the message says what is needed, the exit code says what kind of mistake it was, and
/// nothing that was there is lost.
@Suite(.serialized) struct TextGenerationMistakes {
    @Test(arguments: [
        (["trian"], Int32(2), "there is no command \"trian\"; did you mean train?"),
        (["--unit", "3"], 2, "did you mean --units?"), (["--cell", "lstn"], 2, "did you mean lstm?"),
        (["--tied", "--embedding", "5"], 2, "as long as the state: 128, not 5"),
        (["--data", "EMPTY"], 3, "is empty"), (["--data", "SHORT"], 3, "at least 5001"),
        (["--data", "SHORT", "--batch-size", "2", "--steps", "30"], 3, "at least 121"),
        (["--data", "INVALID"], 3, "is not UTF-8: byte 3 (0xff)"), (["--data", "/nowhere/text"], 3, "is not there"),
        (["--minimum-count", "1000000", "--data", "SHORT"], 2, "no character so often"),
        (["sample", "--prime=\u{301}"], 3, "Train first"), (["--init-from", "SHORT"], 3, "no safetensors file"),
        (["sample"], 3, "Train first"),
        (["sample", "--temperature", "0"], 2, "--temperature takes a number above 0, got \"0\""),
        (["sample", "--top-p", "1.5"], 2, "--top-p takes a number above 0 and at most 1, got \"1.5\""),
        (["sample", "--argmax", "--beam", "3"], 2, "choose one way"),
        (["evaluate", "--dynamic-rate", "1"], 2, "belong to --dynamic"),
        (["inspect", "--neuron", "five"], 2, "--neuron takes a layer"),
    ])
    func mistakesEndWithTheirCode(_ arguments: [String], _ code: Int32, _ message: String) throws {
        try withFolder { folder in
            let contents: [String: [UInt8]] = [
                "EMPTY": [], "SHORT": Array("to be or not to be\n".utf8), "INVALID": Array("one".utf8) + [0xFF, 0x41],
            ]
            for (name, bytes) in contents { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
            let named = arguments.map { contents[$0] == nil ? $0 : "\(folder)/\($0)" }
            let run = try text(named + ["--out", "\(folder)/run"])
            #expect(run.code == code && run.errors.contains(message), "\(run.code) \(run.errors)")
        }
    }

    @Test func aCheckpointOfAnotherAlphabetIsRefusedAndNothingIsLost() throws {
        try withFolder { folder in
            let run = ["--smoke", "--dataset", "built-in", "--out", "\(folder)/run"]
            #expect(try text(run).code == 0)
            let before = try contents(of: "\(folder)/run")
            try write(String(repeating: "汉字和漢字 ", count: 900), "\(folder)/other.txt")
            let refused = try text([
                "--data", "\(folder)/other.txt", "--init-from", "\(folder)/run/model.safetensors", "--out",
                "\(folder)/new",
            ])
            #expect(refused.code == 2 && refused.errors.contains("different alphabets"), "\(refused.errors)")
            #expect(refused.errors.contains("“汉” “字”"))
            let resumed = try text(["--resume", "--data", "\(folder)/other.txt", "--out", "\(folder)/run"])
            #expect(resumed.code == 2 && resumed.errors.contains("comes from no file"))
            let changed = try text(["--resume", "--units", "99", "--out", "\(folder)/run"])
            #expect(changed.code == 2 && changed.errors.contains("was begun with --units 32"))
            let primed = try text(["sample", "--prime", "汉", "--out", "\(folder)/run"])
            #expect(primed.code == 2 && primed.errors.contains("“汉”"))
            #expect(try contents(of: "\(folder)/run") == before)
        }
    }

    @Test func anotherTextOfTheSameCharactersIsNoResumption() throws {
        try withFolder { folder in
            try write(String(repeating: "abcd efgh\n", count: 300), "\(folder)/a.txt")
            try write(String(repeating: "hgfe dcba\n", count: 300), "\(folder)/b.txt")
            let size = [
                "--units", "8", "--batch-size", "5", "--steps", "10", "--epochs", "1", "--out", "\(folder)/run",
            ]
            #expect(try text(["--data", "\(folder)/a.txt"] + size).code == 0)
            let refused = try text(["--resume", "--epochs", "2", "--data", "\(folder)/b.txt", "--out", "\(folder)/run"])
            #expect(refused.code == 2 && refused.errors.contains("is not what the run to resume learned from"))
            let resumed = try text(["--resume", "--epochs", "2", "--out", "\(folder)/run"])
            #expect(resumed.code == 0, "\(resumed.errors)")
        }
    }

    @Test(arguments: ["1e30", "30"]) func aDivergingLossStopsAndTheLastGoodStateIsKept(_ rate: String) throws {
        try withFolder { folder in
            let flags = ["--smoke", "--dataset", "built-in", "--clip", "1e9", "--out", folder]
            #expect(try text(flags).code == 0)
            let before = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/checkpoint.safetensors"))
            let run = try text(["--resume", "--epochs", "9", "--learning-rate", rate, "--out", folder])
            #expect(run.code == 4 && run.errors.contains("is kept"), "\(run.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/checkpoint.safetensors")) == before)
            #expect(try text(["sample", "--length", "20", "--out", folder]).code == 0)
        }
    }

    private func text(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "text-generation")
    }

    private func contents(of folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "tensorboard" }
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))) })
    }
}
