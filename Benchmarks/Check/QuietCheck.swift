import Foundation
import Gradus

/// Whether nobody else uses the machine's processors: a loop of multiply-adds on one core, then on all at once.
///
/// Two cores that do less than 1.7 times as much as one share something: with another program, or, in a virtual machine,
/// with another machine. Where all cores are shared fairly the gain is full all the same; then the loop is off its
/// processor for a part of the time, which is measured too.
struct QuietCheck: Codable {
    /// 10⁹ multiply-adds a second of one core.
    let one: Double
    /// The same of all cores together.
    let all: Double
    /// The number of cores.
    let cores: Int
    /// The share of the time in which the loop had its core to itself.
    let share: Double
    /// How many times as much as one core all of them do.
    let gain: Double
    /// Whether both are as on a machine without other work.
    let quiet: Bool

    /// The least gain of a quiet machine, for each core.
    static let leastGain = 0.85
    /// The least share of a quiet machine.
    static let leastShare = 0.95

    init(one: Double, all: Double, cores: Int, share: Double) {
        (self.one, self.all, self.cores, self.share) = (one, all, cores, share)
        gain = all / one
        quiet = gain >= Self.leastGain * Double(cores) && share >= Self.leastShare
    }

    /// The medians of three loops each.
    ///
    /// - Parameter milliseconds: how long one loop runs.
    static func measured(milliseconds: Double = 20) -> QuietCheck {
        let threads = Parallel.threads
        defer { Parallel.threads = threads }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        Parallel.threads = cores
        let trial = seconds { _ = multiplyAdds(rounds: 20_000) }
        let rounds = max(1, Int(20_000 * milliseconds / 1000 / trial))
        var (one, all, shares) = ([Double](), [Double](), [Double]())
        for _ in 0..<3 {
            let start = threadSeconds()
            one.append(seconds { _ = multiplyAdds(rounds: rounds) })
            shares.append((threadSeconds() - start) / one.last!)
        }
        // A thread that wakes up may begin on the core of the one that woke it, and stay there for some loops' time.
        let onAll = { Parallel.forEach(cores) { _ in _ = multiplyAdds(rounds: rounds) } }
        let settled = ProcessInfo.processInfo.systemUptime + 0.1
        while ProcessInfo.processInfo.systemUptime < settled { onAll() }
        for _ in 0..<3 { all.append(seconds(onAll)) }
        let work = 1e-9 * Double(rounds * 48)
        return QuietCheck(
            one: work / one.sorted()[1], all: work * Double(cores) / all.sorted()[1], cores: cores,
            share: shares.sorted()[1])
    }

    /// How it stands in a line of text.
    var text: String {
        String(format: "%.2f × one core on %d, %.0f %% of the time", gain, cores, 100 * share)
    }
}

/// Multiply-adds in registers, 48 a round: twelve vectors hide the time that one takes.
@inline(never)
private func multiplyAdds(rounds: Int) -> Float {
    typealias V = SIMD4<Float>
    var (a, b, c, d) = (V(repeating: 1), V(repeating: 2), V(repeating: 3), V(repeating: 4))
    var (e, f, g, h) = (a + 4, b + 4, c + 4, d + 4)
    var (i, j, k, l) = (a + 8, b + 8, c + 8, d + 8)
    let (x, y) = (V(repeating: .random(in: 0.4...0.5)), V(repeating: .random(in: 0.4...0.5)))
    for _ in 0..<rounds {
        (a, b, c, d) = (a * x + y, b * x + y, c * x + y, d * x + y)
        (e, f, g, h) = (e * x + y, f * x + y, g * x + y, h * x + y)
        (i, j, k, l) = (i * x + y, j * x + y, k * x + y, l * x + y)
    }
    return (a + b + c + d + e + f + g + h + i + j + k + l).sum()
}

private func seconds(_ body: () -> Void) -> Double {
    let start = ProcessInfo.processInfo.systemUptime
    body()
    return ProcessInfo.processInfo.systemUptime - start
}

/// What this thread has had of a processor.
private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
