import Foundation
import Gradus
import Testing

/// The program as its user runs it: exit codes, files, interruption and resuming.
@Suite(.serialized) struct TextGenerationTests {
    private let smoke = ["--smoke", "--dataset", "built-in"]

    @Test func aSmokeRunWritesItsFilesAndEveryCommandReadsThem() throws {
        try withFolder { folder in
            let run = try text(smoke + ["--out", folder])
            #expect(run.code == 0, "\(run.errors)")
            for file in [
                "log.jsonl", "checkpoint.safetensors", "model.safetensors", "report.html", "predictions.html",
            ] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
                #expect(run.output.contains("\(folder)/\(file)"))
            }
            let result = try lastLine("\(folder)/log.jsonl")
            #expect(result["event"] as? String == "result")
            let (loss, counted) = (
                result["validation_nats_per_character"] as? Double ?? 9,
                result["ngram_nats_per_character"] as? Double ?? 9
            )
            #expect(loss < 3.6 && loss > 2 && counted < loss)

            let score = try text(["evaluate", "--dynamic", "--order", "4", "--mix", "0.5", "--out", folder])
            #expect(score.code == 0 && score.output.contains("4-grams"), "\(score.errors)")
            let scores = try lastLine("\(folder)/evaluation.jsonl")
            #expect(abs((scores["nats_per_character"] as? Double ?? 0) - loss) < 1e-9)
            #expect(scores["mixed_nats_per_character"] as? Double ?? 9 < loss)
            #expect(scores["dynamic_nats_per_character"] as? Double ?? 9 < loss)

            let look = try text(["inspect", "--neuron", "2:5", "--out", folder])
            #expect(look.code == 0 && look.output.contains("position in the line"), "\(look.errors)")
            for file in ["neurons.html", "gradients.svg"] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
            }
        }
    }

    @Test func aSimpleTextIsLearned() throws {
        try withFolder { folder in
            let line = "the cat sat on the mat, and the dog sat on the log.\n"
            try write(String(repeating: line, count: 400), "\(folder)/cat.txt")
            let flags = [
                "--data", "\(folder)/cat.txt", "--units", "64", "--epochs", "12", "--batch-size", "10", "--out", folder,
            ]
            let run = try text(["train"] + flags)
            #expect(run.code == 0, "\(run.errors)")
            #expect(try lastLine("\(folder)/log.jsonl")["validation_nats_per_character"] as? Double ?? 9 < 0.1)
            let written = try text(["sample", "--argmax", "--prime", line, "--length", "51", "--out", folder])
            #expect(
                written.output.hasSuffix(line + line.dropLast() + "\n") || written.output == line + line,
                "\(written.output)")
        }
    }

    @Test func theSameSeedWritesTheSameOnAnyNumberOfThreads() throws {
        try withFolder { folder in
            var texts: [String] = []
            for (name, more) in [
                ("a", ["--threads", "1"]), ("b", ["--threads", "2"]), ("c", ["--threads", "2"]),
                ("d", ["--seed", "2"]),
            ] {
                #expect(try text(smoke + ["--out", "\(folder)/\(name)"] + more).code == 0)
                texts.append(try text(["sample", "--length", "300", "--out", "\(folder)/\(name)"] + more).output)
            }
            #expect(texts[0] == texts[1] && texts[1] == texts[2] && texts[2] != texts[3])
            #expect(try lines("\(folder)/a/log.jsonl").dropLast() == lines("\(folder)/b/log.jsonl").dropLast())
        }
    }

    @Test func wholeCharactersGoInAndComeOut() throws {
        try withFolder { folder in
            let line = "学而时习之，不亦说乎？👩‍👩‍👧‍👦🇩🇪👋🏽 Zu\u{308}rich नमस्ते\n"
            try write(String(repeating: line, count: 40), "\(folder)/text.txt")
            let size = ["--units", "16", "--batch-size", "4", "--steps", "20", "--epochs", "2"]
            let run = try text(["--data", "\(folder)/text.txt", "--out", folder] + size)
            #expect(run.code == 0, "\(run.errors)")
            let written = try text(["sample", "--length", "200", "--prime", "学🇩🇪", "--out", folder]).output
            #expect(written.hasPrefix("学🇩🇪") && written.count >= 200)
            #expect(Set(written).isSubset(of: Set(line)))
        }
    }

    @Test func waysOfWriting() throws {
        try withFolder { folder in
            #expect(try text(smoke + ["--out", folder]).code == 0)
            func written(_ flags: String...) throws -> String { try text(["sample", "--out", folder] + flags).output }
            #expect(try written("--length", "50").count - 50 <= 1)
            #expect(try written("--argmax", "--length", "80") == written("--top-k", "1", "--length", "80"))
            #expect(try written("--beam", "1", "--length", "80") == written("--argmax", "--length", "80"))
            #expect(try written("--seed", "1") == written("--seed", "1"))
            #expect(try written("--seed", "1") != written("--seed", "2"))
            #expect(
                try written("--temperature", "0.01", "--length", "80")
                    != written("--temperature", "5", "--length", "80"))
            #expect(try written("--words", "--top-k", "1") == written("--argmax"))
            let stopped = try written("--until", "e", "--length", "5000")
            #expect(stopped.hasSuffix("e\n") && stopped.filter { $0 == "e" }.count == 1)
        }
    }

    @Test func anotherRunsNetworkIsABeginning() throws {
        try withFolder { folder in
            let first = smoke + ["--decay-from", "1", "--decay", "0.5"]
            #expect(try text(first + ["--epochs", "4", "--out", "\(folder)/first"]).code == 0)
            let start = "\(folder)/first/checkpoint.safetensors"
            // Another text of the same characters: weights, settings and rate are taken over, the position is not.
            let letters = String(repeating: "let value = model(batch, .training) // a loss\n", count: 60)
            try write(letters, "\(folder)/other.txt")
            let second = [
                "--data", "\(folder)/other.txt", "--init-from", start, "--epochs", "1", "--out", "\(folder)/second",
            ]
            let run = try text(second)
            #expect(run.code == 0 && !run.output.contains("continuing"), "\(run.errors)")
            let shown = try text(["inspect", "--out", "\(folder)/second"]).output
            // 0.002 halved after epochs 1, 2 and 3.
            #expect(shown.contains("rmsprop at 0.00025"), "\(shown)")
            // The first run's file is not needed to resume.
            try FileManager.default.moveItem(atPath: start, toPath: start + ".moved")
            let resumed = try text(["--resume", "--epochs", "2", "--out", "\(folder)/second"])
            #expect(resumed.code == 0, "\(resumed.errors)")
            try FileManager.default.moveItem(atPath: start + ".moved", toPath: start)
            // The same text: it continues at the position, as with --resume, but in a folder of its own.
            let third = smoke + ["--init-from", start, "--epochs", "6", "--out", "\(folder)/third"]
            #expect(try text(third).output.contains("step 342"))
            // Nothing is left to learn, and yet there is a result.
            #expect(try text(smoke + ["--init-from", start, "--epochs", "4", "--out", "\(folder)/done"]).code == 0)
            let refused = try text(smoke + ["--init-from", start, "--units", "48", "--out", "\(folder)/fourth"])
            #expect(refused.code == 3 && refused.errors.contains("another model"), "\(refused.errors)")
        }
    }

    private func text(
        _ arguments: [String], _ whileRunning: (Process) -> Void = { _ in }
    ) throws -> (code: Int32, output: String, errors: String) {
        try program(arguments, named: "text-generation", whileRunning)
    }
}
