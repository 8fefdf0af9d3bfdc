import Foundation
import Gradus

/// What a run reached, printed beside what it should reach, and written as the last line of its log.
public struct RunResult {
    /// One figure.
    public struct Figure {
        let name: String
        let value: Double
        let expected: Double?
        let unit: String

        /// A figure by its name in the log; `expected` is the least it should be.
        public init(_ name: String, _ value: Double, atLeast expected: Double? = nil, unit: String = "") {
            (self.name, self.value, self.expected, self.unit) = (name, value, expected, unit)
        }
    }

    /// The figures, the most important first.
    public let figures: [Figure]

    /// A result of the given figures.
    public init(_ figures: [Figure]) { self.figures = figures }

    /// Prints the figures and writes the line `{"event": "result", …}`.
    ///
    /// - Throws: `FileError`.
    public func report(to log: EventLog) throws {
        show("\nresult:")
        for figure in figures {
            let name = figure.name.replacingOccurrences(of: "_", with: " ")
            let verdict = figure.expected.map { expected in
                "   expected at least \(shown(expected, figure.unit)): "
                    + (figure.value >= expected ? "reached" : "NOT reached")
            }
            show("  \(name) \(shown(figure.value, figure.unit))\(verdict ?? "")")
        }
        let expectations = figures.filter { $0.expected != nil }
        var fields = figures.map { ($0.name, LogValue.number($0.value)) }
        fields += expectations.map { ("expected_\($0.name)", LogValue.number($0.expected!)) }
        try log.write("result", fields)
    }

    private func shown(_ value: Double, _ unit: String) -> String {
        unit == "%"
            ? String(format: "%.2f %%", 100 * value) : String(format: "%.4g", value) + (unit.isEmpty ? "" : " \(unit)")
    }
}
