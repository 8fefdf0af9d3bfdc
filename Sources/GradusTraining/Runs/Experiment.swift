import Foundation
import Gradus
import GradusBLAS

/// One run of a training: its folder and lock, log, curves, progress, checkpoints, the best network, resuming, the report.
///
/// A program's ``TrainingCommand`` receives it:
///
/// ```swift
/// func run(_ experiment: Experiment) throws {
///     let data = try FashionMNIST()
///     let model = experiment.seeded { DigitNet() }
///     let trainer = Trainer(model, Adam(learningRate: learningRate), random: experiment.random) { model, batch, pass in
///         softmaxCrossEntropy(model(batch.images, pass), batch.labels)
///     }
///     try experiment.train(trainer, epochs: epochs, batches: data.training.count / batchSize) { epoch, first in
///         data.training.shuffled(seed: experiment.seed(epoch)).batches(of: batchSize, from: first)
///     } evaluate: {
///         [Metric("test_accuracy", accuracy(of: model, on: data.test), unit: "%")]
///     }
///     try experiment.finish([Metric("test_accuracy", accuracy(of: model, on: data.test), unit: "%", atLeast: 0.885)])
/// }
/// ```
public final class Experiment {
    /// The run's folder.
    public let folder: RunFolder
    /// The seed of the run.
    public let seed: Int
    /// How much of the experiment is done.
    public let size: RunSize
    /// What a training draws from: its position is part of the checkpoint.
    public let random: RandomGenerator
    /// Called at the end of an epoch, and after an evaluation.
    public var hooks = Hooks()
    /// The log, `log.jsonl`.
    public let log: EventLog

    let program: String
    let board: TensorBoardWriter
    let progress = ProgressLine()
    let saveEvery: Int?
    /// How long each step took from asking for its batch, in seconds.
    var stepTimes: [Double] = []
    var record: RunRecord
    var report: RunReport
    /// Parts of the checkpoint besides the trainer's, and whether each is in `model.safetensors` too.
    var kept: [(name: String, part: CheckpointPart, isInModel: Bool)] = []
    private let start = ProcessInfo.processInfo.systemUptime
    private let earlierSeconds: Double

    /// What a user adds to a run.
    public struct Hooks {
        /// Called at the end of each epoch, with its number from 1.
        public var afterEpoch: [(_ epoch: Int) throws -> Void] = []
        /// Called after each evaluation.
        public var afterEvaluation: [(Evaluation) throws -> Void] = []
    }

    init(
        _ program: String, _ command: String, _ flags: RunFlags, _ settings: SettingValues, _ folder: RunFolder,
        _ arguments: [String]
    ) throws {
        Interrupt.watch()
        (self.program, self.folder, seed, size, saveEvery) = (program, folder, flags.seed, flags.size, flags.saveEvery)
        random = RandomGenerator(seed: UInt64(flags.seed))
        if folder.isResumed {
            record = try folder.checkpointRecord()
            guard record.program == program, record.command == command else {
                throw UsageError(
                    "\(folder.path) holds a run of \(record.program) \(record.command), not of \(program) \(command)")
            }
            record.settings = settings
        } else {
            record = RunRecord(program: program, command: command, settings: settings)
        }
        earlierSeconds = record.seconds
        let logPath = try folder.file("log.jsonl")
        log = EventLog(URL(fileURLWithPath: logPath), keepingBytes: folder.isResumed ? record.logLength : 0)
        board = TensorBoardWriter(
            folder: URL(fileURLWithPath: "\(folder.path)/tensorboard"), from: (record.evaluations.last?.step ?? 0) + 1)
        report = try RunReport(
            path: folder.file("report.html"), program: program, arguments: arguments, settings: settings, log: logPath)
    }

    /// The seconds that the run has taken, those before it was resumed included.
    public var seconds: Double { earlierSeconds + ProcessInfo.processInfo.systemUptime - start }

    /// The evaluations so far.
    public var evaluations: [Evaluation] { record.evaluations }

    /// The evaluation whose network is kept.
    public var best: Evaluation? { record.best.map { record.evaluations[$0] } }

    /// Runs `body` with random numbers of the run's seed, as to build a network: the same for the same seed.
    public func seeded<R>(_ body: () throws -> R) rethrows -> R { try withRandomSeed(UInt64(seed), body) }

    /// A seed for the order of an epoch's data.
    public func seed(_ epoch: Int) -> Int { seed &* 1000 &+ epoch }

    /// The path of a file in the run's folder, which is listed at the end and, if it is an image, shown in the report.
    public func file(_ name: String) throws -> String { try folder.file(name) }

    /// The path of a folder in the run's folder, for files that are many, as samples of many steps: it is listed as one.
    public func directory(_ name: String) throws -> String { try folder.directory(name) }

    /// Writes a chart as an SVG image of the run's folder.
    public func write(_ chart: LineChart, to name: String) throws {
        try chart.write(to: folder.file(name))
    }

    /// Adds a part to the run's checkpoints, as the state that a recurrent network carries from batch to batch.
    ///
    /// - Parameter isInModel: whether it is in `model.safetensors` too, as the words of a vocabulary.
    public func keep(_ name: String, _ part: CheckpointPart, isInModel: Bool = false) {
        kept.append((name, part, isInModel))
    }

    /// Keeps a value in the run's checkpoints and in `model.safetensors`, for commands that use the network.
    public func keep(_ name: String, _ value: some Codable) { keep(name, .constant(value), isInModel: true) }

    /// The value that the run which is resumed has kept under a name; nil for a new run.
    ///
    /// - Throws: `FileError` when the checkpoint has no such value.
    public func stored<Value: Codable>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
        guard folder.isResumed else { return nil }
        return try Checkpoint(contentsOf: "\(folder.path)/\(RunFolder.checkpointName)").value(name)
    }

    /// Prints a line between those of the progress display.
    public func print(_ line: String) { progress.print(line) }

    /// Prints and reports what the run is: data, network, time to expect.
    public func describe(_ facts: KeyValuePairs<String, String>) {
        let all =
            [
                ("gradus", "\(gradusVersion), \(program)"),
                ("blas", "OpenBLAS \(BLAS.version), \(BLAS.kernel) kernels"),
                ("threads", "\(Parallel.threads)"), ("seed", "\(seed)"),
            ] + facts.map { ($0.key, $0.value) }
        showTable(all)
        report.facts = all
    }

    /// Logs and reports a text that the network has made at the present step.
    public func sample(_ text: String, step: Int) throws {
        try log.write("sample", ["step": .integer(step), "text": .text(text)])
        report.samples.append((step, text))
    }

    /// Writes a text, as lines or an SVG image, to a file in the run's folder.
    ///
    /// - Throws: `FileError`.
    public func write(_ text: String, to name: String) throws {
        try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: file(name)))
    }

    /// Adds an image file of the run's folder to TensorBoard.
    public func image(_ tag: String, _ name: String, width: Int, height: Int, step: Int) throws {
        let data = try Data(WholeFile.bytes(of: "\(folder.path)/\(name)"))
        try board.image(tag, png: data, width: width, height: height, step: step)
    }

    /// The parts of the checkpoint that are not a trainer's.
    var parts: [(name: String, part: CheckpointPart)] {
        let run = CheckpointPart.value {
            var record = self.record
            (record.seconds, record.logLength) = (self.seconds, self.log.length)
            return record
        } set: { (_: RunRecord) in
        }
        return kept.map { ($0.name, $0.part) } + [(RunRecord.partName, run)]
    }

    /// Saves the parts that ``keep(_:_:isInModel:)`` named: for a run of several small trainings, without a ``Trainer``.
    public func save() throws {
        try folder.begin()
        try Checkpoint.save(parts, to: folder.file(RunFolder.checkpointName))
        try report.write(folder, record)
    }

    /// Puts those parts back if the run is resumed, else saves them.
    public func begin(fingerprint: String) throws {
        guard folder.isResumed else {
            record.fingerprint = fingerprint
            return try save()
        }
        try checkData(fingerprint)
        try Checkpoint.restore(parts, from: "\(folder.path)/\(RunFolder.checkpointName)")
        try folder.begin()
    }

    func checkData(_ fingerprint: String) throws {
        guard record.fingerprint == fingerprint else {
            throw UsageError("the data is not what the run to resume learned from; name that with --data")
        }
    }

    /// Saves and ends the run after Ctrl-C: to be called between two pieces of work.
    ///
    /// - Throws: ``Interrupted``.
    public func checkInterruption() throws {
        guard Interrupt.isRequested else { return }
        try save()
        throw Interrupted(checkpoint: try folder.file(RunFolder.checkpointName))
    }

    /// Prints the result beside what was expected, writes it as the log's last line and into the report, and lists the files.
    ///
    /// The median time of a step, the run's seconds and the process's peak memory are added.
    public func finish(_ metrics: [Metric]) throws {
        // The median, which pauses of a few steps do not change.
        let median = stepTimes.isEmpty ? nil : stepTimes.sorted()[stepTimes.count / 2]
        let all =
            metrics + [median.map { Metric("milliseconds_a_step", 1000 * $0, unit: "ms") }].compactMap { $0 }
            + [Metric("seconds", seconds, unit: "s"), Metric("peak_mib", peakMemoryInMiB(), unit: "MiB")]
        all.show()
        try log.write("result", all.fields)
        report.result = all
        try report.write(folder, record, isFinished: true)
        folder.listFiles()
    }
}
