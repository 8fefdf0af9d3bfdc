import Foundation
import Gradus
import GradusTraining

/// One piece of work that is timed step by step.
struct Workload: Sendable {
    /// Its name in results.
    let name: String
    /// What it does, in a line.
    let about: String
    /// Examples, or words, or characters, in a step.
    let items: Int
    /// Multiply-adds of a step.
    let multiplyAdds: Int
    /// Makes the model and the data, and returns the step.
    let prepare: @Sendable () -> () -> Void
}

/// What timing a workload gave.
struct Timing {
    let workload: Workload
    /// The median step, in seconds.
    let seconds: Double
    /// The share of the fastest matrix product of this run.
    let shareOfPeak: Double
    /// The most memory that the process has had in use meanwhile, in MiB.
    let peakMebibytes: Double

    var gigaflops: Double { 2e-9 * Double(workload.multiplyAdds) / seconds }

    /// Times a workload for some seconds after two steps that do not count.
    init(_ workload: Workload, seconds limit: Double, peakGigaflops: Double) {
        // Of earlier workloads nothing is left in memory, and the peak begins anew (Linux: 5 into clear_refs).
        Memory.trim()
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
        let step = workload.prepare()
        for _ in 0..<2 { step() }
        var times: [Double] = []
        let end = ProcessInfo.processInfo.systemUptime + limit
        while times.count < 5 || (ProcessInfo.processInfo.systemUptime < end && times.count < 60) {
            let start = ProcessInfo.processInfo.systemUptime
            step()
            times.append(ProcessInfo.processInfo.systemUptime - start)
        }
        self.workload = workload
        seconds = times.sorted()[times.count / 2]
        shareOfPeak = 2e-9 * Double(workload.multiplyAdds) / seconds / peakGigaflops
        peakMebibytes = peakMemoryInMiB()
    }
}
