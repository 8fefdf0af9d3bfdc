import ExampleSupport
import Gradus

/// The facts of a run that its continuation must repeat; they travel in the checkpoint.
struct ResumedRun {
    let dataset: Settings.Dataset
    let seed: Int
    let batchSize: Int
    let isSmoke: Bool
    let isFull: Bool
    /// How long the log was when the checkpoint was written; what came later is written again.
    let logLength: Int

    var notes: [String: String] {
        [
            "dataset": dataset.rawValue, "seed": "\(seed)", "batch_size": "\(batchSize)",
            "size": isSmoke ? "smoke" : isFull ? "full" : "default", "log_length": "\(logLength)",
        ]
    }

    init(dataset: Settings.Dataset, seed: Int, batchSize: Int, isSmoke: Bool, isFull: Bool, logLength: Int) {
        (self.dataset, self.seed, self.batchSize) = (dataset, seed, batchSize)
        (self.isSmoke, self.isFull, self.logLength) = (isSmoke, isFull, logLength)
    }

    /// The facts that a checkpoint holds.
    init(_ notes: [String: String]) throws {
        guard let dataset = notes["dataset"].flatMap(Settings.Dataset.init),
            let seed = notes["seed"].flatMap({ Int($0) }),
            let batchSize = notes["batch_size"].flatMap({ Int($0) }),
            let length = notes["log_length"].flatMap({ Int($0) })
        else { throw UsageError("the checkpoint is not one of image-classification") }
        self.init(
            dataset: dataset, seed: seed, batchSize: batchSize, isSmoke: notes["size"] == "smoke",
            isFull: notes["size"] == "full", logLength: length)
    }

    /// Refuses flags that would make another run of it.
    func check(_ settings: Settings) throws {
        let own = ["--dataset": dataset.rawValue, "--seed": "\(seed)", "--batch-size": "\(batchSize)"]
        for (flag, value) in own.sorted(by: { $0.key < $1.key }) {
            if let asked = settings.given[flag], asked != value {
                throw UsageError("the run to resume has \(flag) \(value), got \(asked); leave the flag out")
            }
        }
    }
}
