import Foundation
import Gradus
import GradusTraining

/// Times workloads of this program against an older build of it, in pairs, and tells regressions.
///
/// Both run as processes of their own, a workload a process. Times of another day or machine are of no use, so the older
/// one is measured again.
struct BaselineCheck {
    /// The most that a workload may take of its old time.
    static let limit = 1.05

    /// What is said of a workload.
    enum Outcome: String {
        case fine = "ok"
        case slower = "SLOWER"
        case undecided = "not quiet"
        case new = "new"
    }

    /// The older program's path.
    let baseline: String
    /// Quiet pairs for each workload.
    let pairs: Int
    /// How long each program times a workload, in seconds.
    let seconds: Int
    /// Whether pairs of a busy machine count as well; each line then says how many they were.
    let acceptsNoise: Bool

    /// Slower when even the lower bound of the ratio is above the limit.
    static func outcome(_ times: PairedTimes) -> Outcome {
        times.ratio.map { $0.lower > limit ? .slower : .fine } ?? .undecided
    }

    /// Checks each workload, prints a line of it and writes one to the log.
    ///
    /// - Throws: ``Regressions`` when one got slower, ``Undecided`` when the machine was too busy to tell.
    func run(_ chosen: [Workload], _ log: EventLog) throws {
        let itself = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        var (slower, undecided) = ([String](), [String]())
        for workload in chosen {
            var times = PairedTimes()
            guard try milliseconds(workload, baseline) != nil else {
                try report(workload, times, .new, log)
                continue
            }
            func measure() throws {
                try times.measure(
                    pairs, most: 3 * pairs, acceptsNoise: acceptsNoise, isQuiet: isQuiet,
                    new: { try milliseconds(workload, itself) ?? .nan },
                    old: { try milliseconds(workload, baseline) ?? .nan })
            }
            try measure()
            // One that looks slower is measured once more, and all pairs count.
            if Self.outcome(times) == .slower { try measure() }
            let outcome = Self.outcome(times)
            let line = try report(workload, times, outcome, log)
            if outcome == .slower { slower.append(line) }
            if outcome == .undecided { undecided.append(workload.name) }
        }
        if !slower.isEmpty { throw Regressions(lines: slower) }
        if !undecided.isEmpty { throw Undecided(workloads: undecided) }
    }

    /// Looks at the machine until it is quiet, up to ten times.
    private func isQuiet() -> Bool { (0..<(acceptsNoise ? 1 : 10)).contains { _ in QuietCheck.measured().quiet } }

    /// The median step of a workload in a process of its own; `nil` when the program has no such workload.
    private func milliseconds(_ workload: Workload, _ program: String) throws -> Double? {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gradus-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--only", workload.name, "--seconds", "\(seconds)", "--out", folder.path]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        do { try process.run() } catch { throw FileError(path: program, problem: "cannot be run; build it first") }
        process.waitUntilExit()
        // 2: the command line is not understood, as with an unknown workload.
        if process.terminationStatus == 2 { return nil }
        struct Line: Decodable { let workload: String?, ms: Double? }
        let results = try? String(contentsOf: folder.appendingPathComponent("results.jsonl"), encoding: .utf8)
        let lines = results?.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        guard process.terminationStatus == 0, let time = lines?.last(where: { $0.workload == workload.name })?.ms else {
            throw FileError(path: program, problem: "has not timed \(workload.name)")
        }
        return time
    }

    @discardableResult
    private func report(_ workload: Workload, _ times: PairedTimes, _ outcome: Outcome, _ log: EventLog) throws
        -> String
    {
        let (ratio, medians) = (times.ratio, times.medians)
        var line = padded(workload.name)
        if let ratio, let medians {
            line += String(
                format: "old %9.3f ms, new %9.3f ms, ratio %.3f (%.3f to %.3f)", medians.old, medians.new, ratio.median,
                ratio.lower, ratio.upper)
        }
        show(
            line + "  \(outcome.rawValue)"
                + (times.noisy > 0 ? ", \(times.noisy) noisy pairs \(acceptsNoise ? "among them" : "left out")" : ""))
        try log.write(
            "check",
            [
                "workload": .text(workload.name), "outcome": .text(outcome.rawValue),
                "old_ms": .number(medians?.old ?? .nan), "new_ms": .number(medians?.new ?? .nan),
                "ratio": .number(ratio?.median ?? .nan), "lower": .number(ratio?.lower ?? .nan),
                "upper": .number(ratio?.upper ?? .nan), "pairs": .integer(times.pairs.count),
                "noisy_pairs": .integer(times.noisy),
            ])
        return line
    }
}

/// Workloads that take longer than the baseline allows.
struct Regressions: Error, CustomStringConvertible {
    let lines: [String]
    var description: String {
        "slower than \(BaselineCheck.limit) times the baseline:\n" + lines.joined(separator: "\n")
    }
}

/// Workloads that could not be judged.
struct Undecided: Error, CustomStringConvertible {
    let workloads: [String]
    var description: String {
        "the machine was not quiet long enough to judge \(workloads.joined(separator: ", ")); try again when nothing else runs"
    }
}
