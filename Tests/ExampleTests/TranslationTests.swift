import Foundation
import Gradus
import GradusTraining
import Testing

/// The program as its user runs it: exit codes, files, interruption and resuming.
@Suite(.serialized) struct TranslationTests {
    @Test func aSmokeRunWritesItsFilesAndTranslates() throws {
        try withFolder { folder in
            let run = try translation(["--smoke", "--dataset", "phrases", "--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            for file in ["log.jsonl", "checkpoint.safetensors", "model.safetensors", "report.html", "attention.svg"] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
                #expect(run.output.contains("\(folder)/\(file)"))
            }
            for word in [
                "words/s", "perplexity", "gradient_norm", "left", "source", "reference", "translation", "bleu",
            ] {
                #expect(run.output.contains(word), "\(word)")
            }
            let report = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
            for part in ["<title>translation", "validation bleu", "data:image/svg+xml;base64,"] {
                #expect(report.contains(part), "\(part)")
            }
            let result = try lastLine("\(folder)/log.jsonl")
            #expect(result["event"] as? String == "result" && result["test_bleu"] is Double)
        }
    }

    @Test func pairsOfFilesAreLearnedAndTranslatedInEveryWay() throws {
        try withFolder { folder in
            try writeNumbers("\(folder)/train", 600)
            let preset = "\(folder)/preset.json"
            try write(small(epochs: 12), preset)
            let run = try translation([
                "train", "--preset", preset, "--data", "\(folder)/train", "--from", "en", "--to", "de", "--out", folder,
            ])
            #expect(run.code == 0, "\(run.errors)")
            #expect(try lastLine("\(folder)/log.jsonl")["validation_exact"] as? Double ?? 0 > 0.8)
            let one = try translation(["translate", "--text", "one two three", "--out", folder])
            #expect(one.output == "drei zwei eins\n" && one.errors.contains("a second"), "\(one)")
            let several = try translation(["translate", "--text", "four one", "--n-best", "3", "--out", folder])
            let lines = several.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("1 ||| eins vier ||| -"), "\(several.output)")
            try write("two one\n\nthree four five\n", "\(folder)/input")
            let flags = ["translate", "--input", "\(folder)/input", "--output", "\(folder)/output", "--out", folder]
            #expect(try translation(flags + ["--beam", "1"]).code == 0)
            let written = try String(contentsOfFile: "\(folder)/output", encoding: .utf8)
            #expect(written == "eins zwei\n\nfünf vier drei\n")
            // A word that was never seen is copied from where the network looked.
            let copied = try translation(["translate", "--text", "one zebra three", "--out", folder])
            #expect(copied.output.contains("zebra") || !copied.output.contains("<unk>"))
        }
    }

    @Test func aResumedRunHasThePresetAndTheTextOfItsCheckpoint() throws {
        try withFolder { folder in
            try writeNumbers("\(folder)/train", 300)
            let preset = "\(folder)/preset.json"
            try write(small(epochs: 2), preset)
            let flags = ["--preset", preset, "--data", "\(folder)/train", "--from", "en", "--to", "de"]
            #expect(try translation(flags + ["--out", "\(folder)/run"]).code == 0)
            // The file of the preset is gone, and the run goes on for longer.
            try FileManager.default.removeItem(atPath: preset)
            let run = try translation(["--resume", "--epochs", "3", "--out", "\(folder)/run"])
            #expect(run.code == 0 && run.output.contains("epoch 3/3"), "\(run.errors)")
        }
    }

    @Test func aPresetIsShownWithoutARun() throws {
        try withFolder { folder in
            let shown = try translation(["--show-preset", "gnmt", "--out", "\(folder)/run"])
            #expect(shown.code == 0 && shown.output.contains("\"wiring\": \"gnmt_v2\""))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
        }
    }

    @Test func flagsChangeTheNetworkOfAPreset() throws {
        try withFolder { folder in
            let run = try translation([
                "--smoke", "--dataset", "phrases", "--units", "32", "--layers", "2", "--dropout", "0.1", "--attention",
                "none", "--steps", "4", "--out", folder,
            ])
            #expect(run.output.contains("2 × 32 lstm, bidirectional encoder, standard, attention none"), "\(run)")
            #expect(try lastLine("\(folder)/log.jsonl")["test_bleu"] is Double)
            let drawn = try translation(["attention", "--text", "the king", "--out", folder])
            #expect(drawn.code == 0 && drawn.output.contains("does not attend to the source"), "\(drawn)")
        }
    }

    @Test func aLineOfThousandsOfWordsIsTranslatedInParts() throws {
        try withFolder { folder in
            #expect(try translation(["--smoke", "--dataset", "phrases", "--out", folder]).code == 0)
            try write(String(repeating: "the king ", count: 3000) + "\nthe king\n", "\(folder)/long")
            let flags = ["translate", "--input", "\(folder)/long", "--beam", "1", "--out", folder]
            let run = try translation(flags)
            #expect(run.code == 0 && run.output.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
            #expect(
                run.errors.contains("line 1 has 6000 words") && run.errors.contains("in 120 parts"), "\(run.errors)")
            let limited = try translation(flags + ["--max-length", "10"])
            #expect(limited.errors.contains("in 600 parts"), "\(limited.errors)")
        }
    }

    @Test func aCapitalLetterIsReadSmallAndNamed() throws {
        try withFolder { folder in
            #expect(try translation(["--smoke", "--dataset", "phrases", "--out", folder]).code == 0)
            let (small, large) = (
                try translation(["translate", "--text", "the king", "--out", folder]),
                try translation(["translate", "--text", "The king", "--out", folder])
            )
            #expect(small.output == large.output && large.errors.contains("“The” (read as “the”)"), "\(large)")
        }
    }

    @Test func subwordsAndATransformer() throws {
        try withFolder { folder in
            try writeNumbers("\(folder)/train", 300)
            let preset = "\(folder)/preset.json"
            try write(transformer, preset)
            let run = try translation([
                "--preset", preset, "--data", "\(folder)/train", "--from", "en", "--to", "de", "--out", folder,
            ])
            #expect(run.code == 0, "\(run.errors)")
            // A word that was never seen has pieces that were.
            let new = try translation(["translate", "--text", "fourone two", "--out", folder])
            #expect(new.code == 0 && !new.output.contains("@@") && !new.output.contains("<unk>"), "\(new.output)")
        }
    }

    /// A straight rise over 30 steps, then the full rate until step 50, then half of it every 25.
    @Test func theRateOfStepsRisesHoldsAndFalls() throws {
        try withFolder { folder in
            try writeNumbers("\(folder)/train", 300)
            let preset = "\(folder)/preset.json"
            let rate = #"{"rule": "steps", "warmup": 30, "from": 50, "every": 25, "factor": 0.5}"#
            try write(small(epochs: 8).replacingOccurrences(of: #"{"rule": "cosine"}"#, with: rate), preset)
            let flags = [
                "--preset", preset, "--data", "\(folder)/train", "--from", "en", "--to", "de", "--out", folder,
            ]
            let run = try translation(flags)
            #expect(run.code == 0, "\(run.errors)")
            let lines = try String(contentsOfFile: "\(folder)/log.jsonl", encoding: .utf8).split(separator: "\n")
            let steps = try lines.compactMap { line -> (step: Int, rate: Double)? in
                let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                guard let step = entry?["step"] as? Int, let rate = entry?["rate"] as? Double else { return nil }
                return (step, rate)
            }
            #expect(steps.map(\.step).starts(with: [10, 20, 30, 40, 50, 60]), "\(steps)")
            for (step, rate) in steps {
                let halvings = max(0, step - 1 - 50) / 25
                let expected = step <= 30 ? 0.01 * Double(step) / 30 : 0.01 * pow(0.5, Double(halvings))
                #expect(abs(rate - expected) < 1e-6, "step \(step): \(rate), not \(expected)")
            }
        }
    }

    /// Numbers in English, and in German from the last to the first.
    private func writeNumbers(_ prefix: String, _ count: Int) throws {
        let (en, de) = (["one", "two", "three", "four", "five"], ["eins", "zwei", "drei", "vier", "fünf"])
        var words = RandomWords(RandomGenerator(seed: 5))
        let numbers = (0..<count).map { _ in
            (0..<Int.random(in: 1...4, using: &words)).map { _ in Int.random(in: 0..<5, using: &words) }
        }
        try write(numbers.map { $0.map { en[$0] }.joined(separator: " ") + "\n" }.joined(), "\(prefix).en")
        try write(numbers.map { $0.reversed().map { de[$0] }.joined(separator: " ") + "\n" }.joined(), "\(prefix).de")
    }

    private func small(epochs: Int, batchSize: Int = 16, dropout: Double = 0, averaging: Double? = nil) -> String {
        """
        {"about": "small", "network": {"seq2seq": {"cell": "gru", "encoder": "bidirectional", "wiring": "standard",
         "attention": "luong", "feedsInput": true, "layers": 1, "embedding": 16, "units": 32, "isResidual": false,
         "dropout": \(dropout), "outputDropout": 0, "forgetBias": 0, "tiesOutput": false, "sharesEmbeddings": false}},
         "text": {"isLowercased": true, "minimumCount": 1, "maximumWords": 10, "reversesSource": false},
         "training": {"epochs": \(epochs), "batchSize": \(batchSize), "grouping": "pools", "method": "adam",
         "learningRate": 0.01, "rate": {"rule": "cosine"}, "clip": 5, "loss": "perWord", "smoothing": 0
         \(averaging.map { ", \"averaging\": \($0)" } ?? "")},
         "search": {"width": 4, "lengthPenalty": 1, "coveragePenalty": 0}}
        """
    }

    private var transformer: String {
        """
        {"about": "small", "network": {"transformer": {"layers": 1, "features": 16, "heads": 2, "hidden": 32,
         "dropout": 0.1, "tiesOutput": true, "sharesEmbeddings": true}},
         "text": {"isLowercased": true, "minimumCount": 1, "maximumWords": 30, "merges": 12, "reversesSource": true},
         "training": {"epochs": 2, "batchSize": 16, "grouping": "buckets", "method": "adam", "beta2": 0.98,
         "learningRate": 0.005, "rate": {"rule": "inverseRoot", "warmup": 10}, "clip": 1, "loss": "perSentence",
         "smoothing": 0.1},
         "search": {"width": 2, "lengthPenalty": 1, "coveragePenalty": 0.1}}
        """
    }
}

/// Runs `translation`.
func translation(
    _ arguments: [String], _ whileRunning: (Process) -> Void = { _ in }
) throws -> (code: Int32, output: String, errors: String) {
    try program(arguments, named: "translation", whileRunning)
}
