import Foundation

/// How long steps take from asking for a batch to the end of the update, whatever is done between them.
final class StepClock {
    private var begun = 0.0
    private var times: [Double] = []

    /// A step begins: its batch is asked for.
    func begin() { begun = ProcessInfo.processInfo.systemUptime }

    /// The step is done.
    func end() { times.append(ProcessInfo.processInfo.systemUptime - begun) }

    /// The median step in milliseconds, which pauses of a few steps do not change.
    var milliseconds: Double { times.isEmpty ? .nan : 1000 * times.sorted()[times.count / 2] }
}
