import Foundation
import Gradus
import GradusTraining

/// What a training program tells while it runs: `log.jsonl`, TensorBoard's events, and the progress line.
public struct RunReport {
    /// The run's `log.jsonl`.
    public let log: EventLog
    /// The run's curves.
    public let board: TensorBoardWriter
    /// The line that says how far the run is.
    public let progress = ProgressLine()
    private let interval: Int

    /// The report of a run in `folder` that goes on after `step` steps.
    ///
    /// - Parameters:
    ///   - keptBytes: how much of an earlier log is this run's own, 0 for a new run.
    ///   - interval: steps from one line of the log to the next.
    /// - Throws: `FileError`.
    public init(_ folder: RunFolder, keepingBytes keptBytes: Int, after step: Int, interval: Int) throws {
        self.interval = interval
        log = try EventLog(URL(fileURLWithPath: folder.file("log.jsonl")), keepingBytes: keptBytes)
        board = try TensorBoardWriter(folder: URL(fileURLWithPath: "\(folder.path)/tensorboard"), from: step + 1)
        folder.note(board.path)
    }

    /// Tells of one step.
    ///
    /// - Parameters:
    ///   - figures: what the step reached by name, as `loss`: in the log by that name, in TensorBoard as `train/loss`.
    ///   - status: what the progress line shows, if anything.
    /// - Throws: `FileError`.
    public func step(_ step: Int, _ figures: [(name: String, value: Float)], _ status: ProgressLine.Status?) throws {
        if step % interval == 0 {
            try log.write("step", [("step", .integer(step))] + figures.map { ($0.name, .number(Double($0.value))) })
            for (name, value) in figures { try board.scalar("train/\(name)", value, step: step) }
        }
        if let status { progress.show(status) }
    }
}
