import Foundation
import Gradus
import GradusText
import Testing

/// Text as it comes: of other scripts, other systems and other encodings, and checkpoints that were damaged.
@Suite(.serialized) struct TextInputTests {
    private let hindi = "यह एक लड़का है\nयह एक लड़की है\nवह किताब पढ़ता है\nवह किताब पढ़ती है\n"

    @Test func mergesOfAnotherScriptAreReadBack() throws {
        try withFolder { folder in
            try write(hindi, "\(folder)/t.hi")
            try write("a\nb\nc\nd\n", "\(folder)/t.en")
            let run = try program(
                ["prepare", "--data", "\(folder)/t", "--from", "en", "--to", "hi", "--merges", "20", "--out", folder],
                named: "translation")
            #expect(run.code == 0, "\(run.errors)")
            let encoding = try BytePairEncoding("\(folder)/merges.txt")
            #expect(encoding.merges.count > 5)
            let words = try TextLines("\(folder)/train.hi").lines.map(\.blankSeparated)
            let pieces = try TextLines("\(folder)/train.bpe.hi").lines.map(\.blankSeparated)
            #expect(words.map { encoding.apply($0) } == pieces && pieces.map { BytePairEncoding.undo($0) } == words)
        }
    }

    /// sacrebleu 2.6.0, tokenize none: 37.9918, 84.6482, and 100 without case.
    @Test func filesOfTokensAreScoredAsSacrebleuScoresThem() throws {
        try withFolder { folder in
            let cases = [
                ("một con chó to\u{302}\u{301}t đang chạy", "một con chó t\u{1ED1}t đang chạy", "BLEU 37.99"),
                ("a  b\tc  d\u{A0}e f\n\n", "a b c d e f\nx\n", "BLEU 84.65"),
                ("Α ΟΔΟΣ ΣΑΣ Β", "α οδος σας β", "BLEU 100.00"),
            ]
            for (hypothesis, reference, words) in cases {
                try write(hypothesis, "\(folder)/a")
                try write(reference, "\(folder)/b")
                let files = ["--hypotheses", "\(folder)/a", "--references", "\(folder)/b", "--out", folder]
                let run = try program(["evaluate", "--tokens"] + files, named: "translation")
                #expect(run.output.contains(words), "\(run.output) \(run.errors)")
                let kept = try program(["evaluate", "--tokens", "--keep-case"] + files, named: "translation")
                #expect(kept.output.contains(words) == (words != "BLEU 100.00"), "\(kept.output)")
            }
        }
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func aTextOfAnyLineEndsIsOneTextToANetwork(_ end: String) throws {
        try withFolder { folder in
            let (lines, other) = (String(repeating: "ab cd\n", count: 300), "\(folder)/lf.txt")
            try write(lines, other)
            try write(lines.replacing("\n", with: end), "\(folder)/text.txt")
            let size = ["--units", "16", "--batch-size", "5", "--steps", "10", "--epochs", "4", "--out", folder]
            let run = try text(["--data", "\(folder)/text.txt"] + size)
            #expect(run.code == 0 && run.output.contains("1800 characters, 6 different"), "\(run.output) \(run.errors)")
            func check(_ ends: String) throws {
                let scores = try ["\(folder)/text.txt", other].map { path in
                    let score = try text(["evaluate", "--data", path, "--out", folder])
                    #expect(score.code == 0, "\(score.errors)")
                    return try lastLine("\(folder)/evaluation.jsonl")["nats_per_character"] as? Double
                }
                #expect(scores[0] != nil && scores[0] == scores[1])
                let sample = try text([
                    "sample", "--prime", "ab\(end)ab", "--until", end, "--argmax", "--length", "200", "--out", folder,
                ])
                #expect(sample.code == 0 && sample.errors.contains("characters in"), "\(sample.errors)")
                let written = sample.output.utf8.split(separator: 10, omittingEmptySubsequences: false).count
                #expect(written <= 4, "\(sample.output.debugDescription)")
                let resumed = try text(["--resume", "--epochs", "5", "--data", other] + size.suffix(2))
                #expect(resumed.code == 0, "\(resumed.errors)")
            }
            try check("\n")
            // Networks that learned CR LF as one character keep it, and read other line ends as that.
            for name in ["model", "checkpoint"] {
                let url = URL(fileURLWithPath: "\(folder)/\(name).safetensors")
                var file = try SafeTensors(contentsOf: url)
                let parts = try #require(file.metadata["parts"])
                let old = parts.replacingOccurrences(of: #"[\n","#, with: #"["\r\n","#)
                    .replacingOccurrences(of: #"["\n","#, with: #"["\r\n","#)
                #expect(old != parts)
                file.metadata["parts"] = old
                try file.write(to: url)
            }
            try check("\r\n")
            let unknown = try text(["sample", "--until", "z", "--out", folder])
            #expect(unknown.code == 2 && unknown.errors.contains("--until: a token is not among"), "\(unknown.errors)")
        }
    }

    @Test func unknownCharactersAreNeverWritten() throws {
        try withFolder { folder in
            // Every other character is rare, so that the sign for them is by far the likeliest.
            let rare = (0x4E00..<0x5200).map { "\(Character(UnicodeScalar($0)!))a" }.joined()
            try write(rare + rare, "\(folder)/text.txt")
            let run = try text([
                "--data", "\(folder)/text.txt", "--minimum-count", "3", "--units", "16", "--batch-size", "5", "--steps",
                "10",
                "--epochs", "3", "--out", folder,
            ])
            #expect(run.code == 0 && run.output.contains("2 different"), "\(run.output) \(run.errors)")
            #expect(!run.output.contains("\u{FFFD}"))
            for way in [
                ["--temperature", "3"], ["--argmax"], ["--beam", "3"], ["--top-k", "2"], ["--words"],
                ["--top-p", "0.9"],
            ] {
                let sample = try text(["sample", "--length", "60", "--out", folder] + way)
                #expect(
                    sample.code == 0 && sample.output == String(repeating: "a", count: 60) + "\n", "\(way) \(sample)")
            }
            let until = try text(["sample", "--until", "一", "--out", folder])
            #expect(until.code == 2 && until.errors.contains("cannot write"), "\(until.errors)")
        }
    }

    @Test func aTextWithNothingToLearnIsNamed() throws {
        try withFolder { folder in
            let size =
                ["--units", "8", "--batch-size", "5", "--steps", "10", "--epochs", "1", "--overwrite"]
                + ["--out", "\(folder)/run"]
            try write(String(repeating: "a", count: 1000), "\(folder)/one.txt")
            let one = try text(["--data", "\(folder)/one.txt"] + size)
            #expect(one.code == 0 && one.output.contains("there is nothing to learn"), "\(one.output)")
            try write(String(repeating: "ab\0", count: 400), "\(folder)/nul.txt")
            let nul = try text(["--data", "\(folder)/nul.txt"] + size)
            #expect(nul.code == 0 && nul.output.contains("contains NUL characters"), "\(nul.output)")
            #expect(!nul.output.contains("nothing to learn"))
            try Data([0xFF, 0xFE, 0x61, 0, 0x0A, 0]).write(to: URL(fileURLWithPath: "\(folder)/wide.txt"))
            let wide = try text(["--data", "\(folder)/wide.txt"] + size)
            #expect(wide.code == 3 && wide.errors.contains("iconv -f UTF-16 -t UTF-8"), "\(wide.errors)")
            try write("a\nb\n", "\(folder)/p.en")
            try write("x\ny\n", "\(folder)/p.fr")
            let rare = try program(
                [
                    "prepare", "--data", "\(folder)/p", "--from", "en", "--to", "fr", "--minimum-count", "9", "--out",
                    "\(folder)/prepared",
                ],
                named: "translation")
            #expect(rare.code == 0 && rare.output.contains("vocab.en has no word beside"), "\(rare.output)")
        }
    }

    @Test(arguments: [Float.nan, .infinity]) func weightsThatAreNoNumbersAreRefused(_ value: Float) throws {
        try withFolder { folder in
            let out = ["--out", folder]
            #expect(try text(["--smoke", "--dataset", "built-in"] + out).code == 0)
            for name in ["model", "checkpoint"] { try spoil("\(folder)/\(name).safetensors", value) }
            for command in [["sample"], ["evaluate"], ["inspect"], ["train", "--resume", "--epochs", "9"]] {
                let run = try text(command + out)
                #expect(run.code == 3 && run.errors.contains(value.isNaN ? "hold NaN" : "hold infinity"), "\(run)")
                #expect(run.errors.contains(".safetensors: the weights \""), "\(run)")
            }
        }
    }

    @Test func aTranslatorSaysWhatItDoesNotKnow() throws {
        try withFolder { folder in
            #expect(try translation(["--smoke", "--dataset", "phrases", "--out", folder]).code == 0)
            let capitals = try translation(["translate", "--text", "She is a zorblax", "--out", folder])
            #expect(capitals.code == 0 && capitals.errors.contains("“She”"), "\(capitals.errors)")
            #expect(capitals.errors.contains("“zorblax”") && !capitals.errors.contains("“is”"))
            // Twelve thousand words take as long as 240 sentences, and stay one line.
            let long = String(repeating: "she is ", count: 6000)
            try write("she is\r\n\(long)\r\n\r\nhe is\r\n", "\(folder)/long.en")
            let input = ["translate", "--input", "\(folder)/long.en", "--beam", "1", "--out", folder]
            let run = try translation(input + ["--tokens", "--output", "\(folder)/long.fr"])
            #expect(run.code == 0 && run.errors.contains("line 2 has 12000 words"), "\(run.errors)")
            #expect(run.errors.contains("in 240 parts") && !run.errors.contains("has not learned"), "\(run.errors)")
            #expect(try TextLines("\(folder)/long.fr").lines.count == 4)
            let missing = try translation(["translate", "--input", "\(folder)/none", "--out", folder])
            #expect(missing.code == 3 && missing.errors.contains("none: is not there. Name a text file."))
            #expect(!missing.errors.contains("--data"))
            try spoil("\(folder)/model.safetensors", .nan)
            let damaged = try translation(["translate", "--text", "a", "--out", folder])
            #expect(damaged.code == 3 && damaged.errors.contains("hold NaN"), "\(damaged)")
        }
    }

    /// Puts a value among the weights of a checkpoint.
    private func spoil(_ path: String, _ value: Float) throws {
        let url = URL(fileURLWithPath: path)
        var file = try SafeTensors(contentsOf: url)
        let name = try #require(file.tensors.keys.sorted().first { !$0.contains("/") })
        file.tensors[name]!.withUnsafeMutableElements { $0[1] = value }
        try file.write(to: url)
    }

    private func text(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "text-generation")
    }

    private func translation(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "translation")
    }
}
