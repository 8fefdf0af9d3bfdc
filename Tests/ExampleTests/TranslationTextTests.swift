import Foundation
import Gradus
import GradusText
import Testing

/// `prepare`, `evaluate` and `attention`, used as their user would.
@Suite(.serialized) struct TranslationTextTests {
    @Test func aRunIsScoredAndDrawn() throws {
        try withFolder { folder in
            let run = "\(folder)/run"
            #expect(try translation(["--smoke", "--dataset", "phrases", "--out", run]).code == 0)
            let scored = try translation(["evaluate", "--smoke", "--beam", "3", "--out", run])
            #expect(scored.code == 0, "\(scored.errors)")
            #expect(scored.output.contains("test part of English and French phrases"))
            let log = try String(contentsOfFile: "\(run)/evaluation.jsonl", encoding: .utf8)
            for figure in ["greedy_bleu", "beam_bleu", "beam_rouge_l", "greedy_exact", "perplexity"] {
                #expect(log.contains("\"\(figure)\""), "\(figure)")
            }
            #expect(try lineCount("\(run)/beam.txt") == 20)
            let drawn = try translation(["attention", "--text", "the old bird saw her yesterday", "--out", run])
            #expect(drawn.code == 0, "\(drawn.errors)")
            let png = try Data(contentsOf: URL(fileURLWithPath: "\(run)/attention-1.png"))
            #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let svg = try String(contentsOfFile: "\(run)/attention-1.svg", encoding: .utf8)
            for word in ["the", "old", "bird", "saw", "her", "yesterday"] { #expect(svg.contains(">\(word)<")) }
            #expect(try String(contentsOfFile: "\(run)/beam-1.svg", encoding: .utf8).contains("&lt;s&gt;"))
            let compared = try translation([
                "attention", "--smoke", "--sentences", "1", "--against", "\(run)/model.safetensors", "--names", "this",
                "that",
                "--out", run,
            ])
            #expect(
                compared.code == 0 && compared.output.contains("by the length of the source, that"),
                "\(compared.errors)")
        }
    }

    @Test func textIsPreparedAsNMTReadsIt() throws {
        try withFolder { folder in
            try write("A dog.\n\nTwo dogs, here\n", "\(folder)/a.en")
            try write("Un chien.\nx\nDeux chiens, ici\n", "\(folder)/a.fr")
            let run = try translation([
                "prepare", "--data", "\(folder)/a", "--from", "en", "--to", "fr", "--merges", "5", "--out",
                "\(folder)/out",
            ])
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.contains("1 pair with an empty line left out, the first at \(folder)/a.en:2"))
            #expect(try text("\(folder)/out/train.en") == "a dog .\ntwo dogs , here\n")
            #expect(try text("\(folder)/out/train.fr") == "un chien .\ndeux chiens , ici\n")
            #expect(try text("\(folder)/out/vocab.en").hasPrefix("<unk>\n<s>\n</s>\n"))
            #expect(try text("\(folder)/out/merges.txt").hasPrefix("#version: 0.2\n"))
            #expect(try text("\(folder)/out/train.bpe.en").contains("@@"))
            // Two files by name, with their case.
            let files = ["--source", "\(folder)/a.en", "--target", "\(folder)/a.fr", "--keep-case"]
            #expect(try translation(["prepare", "--out", "\(folder)/out"] + files).code == 0)
            #expect(try text("\(folder)/out/train.en") == "A dog .\nTwo dogs , here\n")
        }
    }

    @Test func filesAreScoredWithoutANetwork() throws {
        try withFolder { folder in
            try write("the cat sat on the mat\n", "\(folder)/a")
            try write("The cat sat on a mat.\n", "\(folder)/b")
            let files = ["--hypotheses", "\(folder)/a", "--references", "\(folder)/b", "--out", "\(folder)/out"]
            let run = try translation(["evaluate"] + files)
            let expected = BLEU.corpus(
                hypotheses: [["the", "cat", "sat", "on", "the", "mat"]],
                references: [["the", "cat", "sat", "on", "a", "mat", "."]])
            #expect(run.output.contains(String(format: "BLEU %.2f", expected.score)), "\(run.output) \(run.errors)")
            // The blanks say what a word is, in small letters unless capitals are kept.
            try write("The cat sat on a mat .\n", "\(folder)/a")
            try write("the cat sat on a mat .\n", "\(folder)/b")
            #expect(try translation(["evaluate", "--tokens"] + files).output.contains("BLEU 100.00"))
            #expect(try !translation(["evaluate", "--tokens", "--keep-case"] + files).output.contains("BLEU 100.00"))
        }
    }

    @Test(arguments: [
        (
            ["prepare", "--data", "DIFFERENT", "--from", "en", "--to", "fr"], Int32(3),
            "different.fr:1: the file ends here"
        ),
        (
            ["prepare", "--data", "INVALID", "--from", "en", "--to", "fr"], 3,
            "invalid.en:2: is not UTF-8: byte 2 of the line"
        ),
        (["prepare", "--data", "EMPTY", "--from", "en", "--to", "fr"], 3, "no pair of sentences is left"),
        (["prepare", "--data", "EMPTY"], 2, "their languages, --from and --to"),
        (["prepare", "--source", "x"], 2, "--source: belongs together with --target"),
        (["prepare", "--dataset", "phrase"], 2, "did you mean phrases?"),
        (["prepare", "--data", "/nowhere/x", "--from", "en", "--to", "fr"], 3, "/nowhere/x.en"),
        (["evaluate", "--hypotheses", "x"], 2, "--hypotheses: belongs together with --references"),
        (["evaluate"], 3, "Train first"), (["attention"], 3, "Train first"),
        (["evaluate", "--tokens"], 2, "belong to --hypotheses"),
        (["attention", "--text", "a", "--input", "b"], 2, "choose one"),
        (["evaluat"], 2, "did you mean evaluate?"),
    ])
    func mistakesEndWithTheirCode(_ arguments: [String], _ code: Int32, _ message: String) throws {
        try withFolder { folder in
            try write("a\nb\n", "\(folder)/different.en")
            try write("x\n", "\(folder)/different.fr")
            try Data("a\nb".utf8 + [0xFF, 0x0A]).write(to: URL(fileURLWithPath: "\(folder)/invalid.en"))
            try write("x\ny\n", "\(folder)/invalid.fr")
            try write("\n \n", "\(folder)/empty.en")
            try write("x\ny\n", "\(folder)/empty.fr")
            let names = ["DIFFERENT": "different", "INVALID": "invalid", "EMPTY": "empty"]
            let run = try translation(
                arguments.map { names[$0].map { "\(folder)/\($0)" } ?? $0 } + ["--out", "\(folder)/run"])
            #expect(run.code == code && run.errors.contains(message), "\(run.code) \(run.errors)")
        }
    }

    @Test func aLongLineIsLeftOutAndNamed() throws {
        try withFolder { folder in
            try write("a b\n" + String(repeating: "word ", count: 10_000) + "\n", "\(folder)/long.en")
            try write("x y\nz\n", "\(folder)/long.fr")
            let run = try translation([
                "prepare", "--data", "\(folder)/long", "--from", "en", "--to", "fr", "--out", "\(folder)/out",
            ])
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.contains("1 pair with too long a line left out"))
            #expect(run.output.contains("long.en:2 (10000 tokens, 100 allowed)"), "\(run.output)")
        }
    }

    private func translation(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "translation")
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func lineCount(_ path: String) throws -> Int {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false).count - 1
    }
}
