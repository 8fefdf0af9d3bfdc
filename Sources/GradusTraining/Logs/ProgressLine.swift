import Foundation
import Gradus

/// How far a training is: one line that rewrites itself on a terminal, plain lines now and then elsewhere.
public final class ProgressLine {
    /// What the line shows.
    public struct Status: Sendable {
        /// The epoch, from 1, and how many there are.
        public var epoch: Int
        /// All epochs.
        public var epochs: Int
        /// Batches done in this epoch.
        public var batch: Int
        /// All batches of an epoch.
        public var batches: Int
        /// Figures by name, as the loss.
        public var figures: [(name: String, value: Double)]
        /// Examples in a batch, for the rate.
        public var batchSize: Int
        /// What is counted in a batch, such as `words`; nothing for examples.
        public var unit: String

        /// A status to show.
        public init(
            epoch: Int, epochs: Int, batch: Int, batches: Int, batchSize: Int, figures: [(name: String, value: Double)],
            unit: String = ""
        ) {
            (self.epoch, self.epochs, self.batch, self.batches) = (epoch, epochs, batch, batches)
            (self.batchSize, self.figures, self.unit) = (batchSize, figures, unit)
        }
    }

    private let isTerminal: Bool
    private let width: () -> Int
    private let clock: () -> Double
    private let output: (String) -> Void
    private var start: (time: Double, batch: Int)?
    private var lastShown = -Double.infinity
    private var shownTenths = -1

    /// A line on standard output.
    public convenience init() {
        self.init(
            isTerminal: isatty(STDOUT_FILENO) == 1, width: terminalWidth,
            clock: { ProcessInfo.processInfo.systemUptime },
            print: { text in
                FileHandle.standardOutput.write(Data(text.utf8))
            })
    }

    package init(
        isTerminal: Bool, width: @escaping () -> Int, clock: @escaping () -> Double, print: @escaping (String) -> Void
    ) {
        (self.isTerminal, self.width, self.clock, output) = (isTerminal, width, clock, print)
    }

    /// Shows a status, if it is time to: ten times a second on a terminal, every tenth of an epoch elsewhere.
    public func show(_ status: Status) {
        let now = clock()
        let done = (status.epoch - 1) * status.batches + status.batch
        if start == nil { start = (now, done) }
        if isTerminal {
            guard now - lastShown >= 0.1 || status.batch == status.batches else { return }
            lastShown = now
            output("\r\u{1B}[K" + String(text(status, done, now, bar: true).prefix(max(20, width() - 1))))
        } else {
            let tenths = (status.epoch - 1) * 10 + status.batch * 10 / max(1, status.batches)
            guard tenths > shownTenths else { return }
            shownTenths = tenths
            output(text(status, done, now, bar: false) + "\n")
        }
    }

    /// Prints a line of its own, as an epoch's result.
    public func print(_ line: String) { output((isTerminal ? "\r\u{1B}[K" : "") + line + "\n") }

    private func text(_ status: Status, _ done: Int, _ now: Double, bar: Bool) -> String {
        let begun = start!
        let seconds = max(now - begun.time, 1e-9)
        let finished = Double(done - begun.batch)
        let left = Double(status.epochs * status.batches - done) * seconds / max(1, finished)
        let part = status.batch * 20 / max(1, status.batches)
        let position =
            bar
            ? "[" + String(repeating: "#", count: part) + String(repeating: ".", count: 20 - part) + "]"
            : "batch \(status.batch)/\(status.batches)"
        let figures = status.figures.map { "\($0.name) \(String(format: "%.4f", $0.value))" }
        let unit = status.unit.isEmpty ? "" : " \(status.unit)"
        let rate = finished < 1 ? nil : "\(Int(finished * Double(status.batchSize) / seconds))\(unit)/s"
        let time = finished < 1 ? nil : "\(durationText(left)) left"
        return (["epoch \(status.epoch)/\(status.epochs)", position] + figures + [rate, time].compactMap { $0 })
            .joined(separator: "  ")
    }
}

/// A duration in the units that fit it: `42 s`, `1 min 05 s`, `2 h 10 min`.
public func durationText(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "?" }
    let whole = Int(min(max(0, seconds), 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(String(format: "%02d", whole % 60)) s" }
    return "\(whole / 3600) h \(String(format: "%02d", whole / 60 % 60)) min"
}

/// The terminal's width in characters.
private func terminalWidth() -> Int {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
}
