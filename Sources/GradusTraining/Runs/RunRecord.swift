/// One evaluation of a run.
public struct Evaluation: Codable, Equatable, Sendable {
    /// The epoch, from 1.
    public let epoch: Int
    /// The steps done.
    public let step: Int
    /// What was measured, the criterion first.
    public let metrics: [Metric]

    /// The value of a metric.
    public subscript(name: String) -> Double? { metrics.first { $0.name == name }?.value }
}

/// Which of a run's networks is kept in `model.safetensors`.
public enum Criterion: Sendable {
    /// The last.
    case last
    /// That with the highest first metric.
    case highest
    /// That with the lowest first metric.
    case lowest

    /// Whether `new` is better than `old`.
    func prefers(_ new: Evaluation, to old: Evaluation?) -> Bool {
        guard let old, let before = old.metrics.first?.value, let value = new.metrics.first?.value else { return true }
        return switch self {
        case .last: true
        case .highest: value > before || before.isNaN
        case .lowest: value < before || before.isNaN
        }
    }
}

/// What a run's checkpoint and its network's file say about the run, besides models and position.
public struct RunRecord: Codable, Sendable {
    static let partName = "run"

    /// The program.
    public let program: String
    /// Its command.
    public let command: String
    /// The flags.
    public internal(set) var settings: SettingValues
    /// Identifies the data.
    public internal(set) var fingerprint = ""
    /// The evaluations so far.
    public internal(set) var evaluations: [Evaluation] = []
    /// The position of the evaluation whose network is kept.
    var best: Int?
    /// How long the run took before the checkpoint, in seconds.
    var seconds = 0.0
    /// The length of the log at the checkpoint; what followed is written again.
    var logLength = 0

    init(program: String, command: String, settings: SettingValues) {
        (self.program, self.command, self.settings) = (program, command, settings)
    }

    /// The record for the network's file: without what differs from one machine to another.
    var forModel: RunRecord {
        var record = self
        (record.seconds, record.logLength) = (0, 0)
        return record
    }
}

extension Checkpoint {
    /// The run that wrote the file.
    ///
    /// - Throws: `FileError` when no run did.
    public var run: RunRecord {
        get throws { try value(RunRecord.partName) }
    }
}
