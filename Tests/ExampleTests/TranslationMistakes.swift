import Foundation
import Gradus
import Testing

/// What a user can get wrong: the message says what is needed, the exit code says what kind of mistake it was, and
/// nothing that was there is lost.
@Suite(.serialized) struct TranslationMistakes {
    @Test(arguments: [
        (["trian"], Int32(2), "there is no command \"trian\"; did you mean train?"),
        (["--presets", "small"], 2, "did you mean --preset?"),
        (["--preset", "medium"], 2, "there is no preset and no file \"medium\"; the presets are tiny, small"),
        (["--show-preset", "medium"], 2, "--show-preset takes tiny"),
        (["--smoke", "--full"], 2, "contradict"),
        (["--attention", "luon"], 2, "did you mean luong?"),
        (["--preset", "transformer", "--attention", "luong"], 2, "belongs to recurrent networks"),
        (["--preset", "EMPTY"], 3, "is no JSON: the file is empty. `"),
        (["--preset", "BROKEN"], 3, "is no JSON: "),
        (["--preset", "PARTIAL"], 3, "\"network\" is missing"),
        (["--preset", "STRANGE"], 3, "there is no setting \"training.momentum\""),
        (["--data", "PAIRS"], 2, "--from and --to"),
        (["--data", "PAIRS", "--from", "en", "--to", "fr"], 3, "PAIRS.fr"),
        (["--data", "PAIRS", "--from", "en", "--to", "short"], 3, "the file ends here"),
        (["--dataset", "multi30k", "--data", "/nowhere"], 3, "no data set multi30k found"),
        (["translate"], 3, "Train first"),
        (["translate", "--n-best", "0"], 2, "--n-best takes an integer"),
        (["translate", "--checkpoint", "STRANGE"], 3, "no safetensors file"),
    ])
    func mistakesEndWithTheirCode(_ arguments: [String], _ code: Int32, _ message: String) throws {
        try withFolder { folder in
            let tiny = try translation(["--show-preset", "tiny"]).output
            let contents: [String: String] = [
                "EMPTY": "", "PARTIAL": "{\"about\": \"\"}", "PAIRS.en": "a b\nc d\n", "PAIRS.short": "x y\n",
                "STRANGE": tiny.replacingOccurrences(of: "\"clip\": 5", with: "\"clip\": 5, \"momentum\": 0.9"),
                "PAIRS": "", "BROKEN": "{\n\"about\": \"\",,\n}",
            ]
            for (name, text) in contents { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
            let named = arguments.map { contents[$0] == nil ? $0 : "\(folder)/\($0)" }
            let out = arguments.first == "trian" ? [] : ["--out", "\(folder)/run"]
            let run = try translation(named + out)
            #expect(run.code == code && run.errors.contains(message), "\(run.code) \(run.errors)")
            #expect(!run.errors.contains("..") || run.errors.contains("…"))
        }
    }

    @Test func anotherRunsCheckpointIsRefusedAndNothingIsLost() throws {
        try withFolder { folder in
            let out = ["--out", "\(folder)/run"]
            #expect(try translation(["--smoke", "--dataset", "phrases"] + out).code == 0)
            let checkpoint = "\(folder)/run/checkpoint.safetensors"
            let before = try Data(contentsOf: URL(fileURLWithPath: checkpoint))
            let other = try translation(["--resume", "--preset", "transformer"] + out)
            #expect(other.code == 2 && other.errors.contains("begun with --preset tiny"))
            let changed = try translation(["--resume", "--batch-size", "7"] + out)
            #expect(changed.code == 2 && changed.errors.contains("--batch-size"))
            for side in ["en", "de"] {
                try Data(String(repeating: "a b\n", count: 30).utf8).write(
                    to: URL(fileURLWithPath: "\(folder)/text.\(side)"))
            }
            let text = try translation(["--resume", "--data", "\(folder)/text", "--from", "en", "--to", "de"] + out)
            #expect(text.code == 2 && text.errors.contains("the generated phrases come from no file"), "\(text.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: checkpoint)) == before)
        }
    }

    @Test func aCheckpointWhoseVocabularyLacksTheSpecialWordsIsRefused() throws {
        try withFolder { folder in
            #expect(try translation(["--smoke", "--dataset", "phrases", "--out", folder]).code == 0)
            let path = "\(folder)/model.safetensors"
            var file = try SafeTensors(contentsOf: URL(fileURLWithPath: path))
            for (key, value) in file.metadata {
                file.metadata[key] = value.replacingOccurrences(of: "<s>", with: "<begin>")
            }
            try file.write(to: URL(fileURLWithPath: path))
            let run = try translation(["translate", "--text", "a", "--out", folder])
            #expect(run.code == 3 && run.errors.contains("do not begin with <pad> <unk> <s> </s>"), "\(run.errors)")
        }
    }

    @Test func aLossThatIsNoNumberStopsAndTheLastGoodStateIsKept() throws {
        try withFolder { folder in
            #expect(try translation(["--smoke", "--dataset", "phrases", "--out", folder]).code == 0)
            let path = URL(fileURLWithPath: "\(folder)/checkpoint.safetensors")
            let before = try Data(contentsOf: path)
            let run = try translation(["--resume", "--epochs", "9", "--learning-rate", "1e38", "--out", folder])
            #expect(run.code == 4 && run.errors.contains("The last checkpoint is kept"), "\(run.errors)")
            #expect(try Data(contentsOf: path) == before)
            #expect(try translation(["translate", "--text", "a", "--out", folder]).code == 0)
        }
    }

    @Test func vocabulariesInFilesAreMendedOrRefused() throws {
        try withFolder { folder in
            func write(_ text: String, _ name: String) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            for side in ["en", "de"] { try write(String(repeating: "a b c\n", count: 30), "text.\(side)") }
            try write("<unk>\n<s>\n</s>\na\nb\n", "words.en")
            try write("a\nb\nc\n", "words.de")
            let flags = [
                "--data", "\(folder)/text", "--from", "en", "--to", "de", "--vocabulary", "\(folder)/words", "--epochs",
                "1", "--out", "\(folder)/run",
            ]
            let mended = try translation(flags)
            #expect(mended.code == 0 && mended.output.contains("words.de:1: begins with \"a\""), "\(mended)")
            #expect(mended.output.contains("6 and 7 words") && !mended.output.contains("words.en:1"))
            try write("a\nb\na\n", "words.de")
            let refused = try translation(flags + ["--overwrite"])
            #expect(refused.code == 3 && refused.errors.contains("words.de:3: repeats \"a\" of line 1"))
        }
    }

    @Test func textThatIsNoneIsSaidWithItsLine() throws {
        try withFolder { folder in
            try Data([UInt8]("a b\n".utf8) + [0x61, 0xff, 0x0a]).write(to: URL(fileURLWithPath: "\(folder)/text.en"))
            try Data("x y\nz\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/text.de"))
            let flags = ["--data", "\(folder)/text", "--from", "en", "--to", "de", "--out", "\(folder)/run"]
            let invalid = try translation(flags)
            #expect(invalid.code == 3 && invalid.errors.contains("text.en:2"), "\(invalid.errors)")
            // A line of 10,000 words and an empty one are left out, and said.
            let long = String(repeating: "word ", count: 10_000)
            try Data((String(repeating: "a b\n", count: 20) + "\n\(long)\na b\n\(long)\n").utf8).write(
                to: URL(fileURLWithPath: "\(folder)/text.en"))
            try Data((String(repeating: "x y\n", count: 20) + "q\nq\nx y\nq\n").utf8).write(
                to: URL(fileURLWithPath: "\(folder)/text.de"))
            let run = try translation(flags + ["--epochs", "1"])
            #expect(run.code == 0, "\(run.errors)")
            // Every second line is held out; of each part the first fault is told.
            for line in ["text.en:21", "text.en:22 (10000 tokens"] {
                #expect(run.output.contains(line), "\(line): \(run.output)")
            }
        }
    }
}
