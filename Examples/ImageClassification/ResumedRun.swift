import ExampleSupport
import Foundation
import Gradus

/// The facts of a run that its continuation must repeat; they travel in the checkpoint.
struct ResumedRun {
    let dataset: Settings.Dataset
    let seed: Int
    let epochs: Int
    let batchSize: Int
    let size: Settings.Size
    /// How long the log was when the checkpoint was written; what came later is written again.
    let logLength: Int

    var notes: [String: String] {
        [
            "dataset": dataset.rawValue, "seed": "\(seed)", "epochs": "\(epochs)", "batch_size": "\(batchSize)",
            "size": size.rawValue, "log_length": "\(logLength)",
        ]
    }

    init(_ settings: Settings, _ dataset: Settings.Dataset, logLength: Int) {
        (self.dataset, seed, epochs) = (dataset, settings.seed, settings.epochs)
        (batchSize, size, self.logLength) = (settings.batchSize, settings.size, logLength)
    }

    /// The facts that the checkpoint at `path` holds.
    init(_ notes: [String: String], _ path: String) throws {
        func number(_ name: String, _ range: ClosedRange<Int>) -> Int? {
            notes[name].flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
        }
        guard let dataset = notes["dataset"].flatMap(Settings.Dataset.init),
            let size = notes["size"].flatMap(Settings.Size.init), let seed = number("seed", Settings.seeds),
            let epochs = number("epochs", Settings.counts), let batchSize = number("batch_size", Settings.counts),
            let length = number("log_length", 0...Int.max)
        else {
            let reason = "is no checkpoint of image-classification; name the folder of a run of it with --out"
            throw FileError(path: path, reason: reason)
        }
        (self.dataset, self.seed, self.epochs) = (dataset, seed, epochs)
        (self.batchSize, self.size, logLength) = (batchSize, size, length)
    }

    /// The settings with which the run goes on.
    ///
    /// - Throws: `UsageError` for a flag that would make another run of it.
    func continued(_ asked: Settings) throws -> Settings {
        let own = [
            "--dataset": dataset.rawValue, "--seed": "\(seed)", "--batch-size": "\(batchSize)",
            "--smoke": size == .smoke ? "" : nil, "--full": size == .full ? "" : nil,
        ]
        for (flag, value) in own.sorted(by: { $0.key < $1.key }) {
            if let given = asked.given[flag], given != value {
                let was = value.map { "with \(flag) \($0)" } ?? "without \(flag)"
                throw UsageError("the run to resume was begun \(was); leave the flag out")
            }
        }
        var settings = asked
        (settings.dataset, settings.seed, settings.batchSize, settings.size) = (dataset, seed, batchSize, size)
        if asked.given["--epochs"] == nil { settings.epochs = epochs }
        return settings
    }
}
