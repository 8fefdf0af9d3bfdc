/// A command that trains: the run layer gives it a folder, a log, checkpoints and the flags of every run.
public protocol TrainingCommand: Command {
    /// Trains; `experiment` has the run's folder, log, checkpoints and settings.
    func run(_ experiment: Experiment) throws
}

extension TrainingCommand {
    /// A training runs in an experiment, which its program makes.
    public func run() throws { throw UsageError("\(Self.name) is run by its program") }
}

/// The flags that every training has.
struct RunFlags: FlagGroup {
    @Flag("chooses the random numbers", 0...Int(Int32.max)) var seed = 1
    @Flag(
        "the folder for the results; by default the next number in out/PROGRAM", placeholder: "FOLDER", onResume: true)
    var out: String?
    @Flag("continue the run in --out, by default the latest one, where it stopped", onResume: true) var resume = false
    @Flag("delete the run in --out and begin a new one", onResume: true) var overwrite = false
    @Flag("run for seconds on little data, to see that everything works") var smoke = false
    @Flag("run the whole experiment") var full = false
    @Flag("save a checkpoint after so many steps; one is saved every minute too", 1...1_000_000, onResume: true)
    var saveEvery: Int?

    var size: RunSize { smoke ? .smoke : full ? .full : .standard }
}
