import Foundation
import Gradus
import GradusTraining

/// What a run reached, printed beside what it should reach, and written as the last line of its log.
public struct RunResult {
    /// One figure.
    public struct Figure {
        let name: String
        let value: Double
        let expected: ClosedRange<Double>?
        let unit: String

        /// A figure by its name in the log; `expected` is the least it should be.
        public init(_ name: String, _ value: Double, atLeast expected: Double? = nil, unit: String = "") {
            self.init(name, value, within: expected.map { $0...Double.infinity }, unit: unit)
        }

        /// A figure by its name in the log, and the range that it should lie in.
        public init(_ name: String, _ value: Double, within expected: ClosedRange<Double>?, unit: String = "") {
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
            let evaluation = figure.expected.map { expected in
                "   expected \(range(expected, figure.unit)): "
                    + (expected.contains(figure.value) ? "reached" : "NOT reached")
            }
            show("  \(name) \(shown(figure.value, figure.unit))\(evaluation ?? "")")
        }
        var fields = figures.map { ($0.name, LogValue.number($0.value)) }
        for figure in figures {
            guard let expected = figure.expected else { continue }
            fields.append(
                expected.upperBound.isInfinite
                    ? ("expected_\(figure.name)", .number(expected.lowerBound))
                    : ("expected_\(figure.name)", .list([.number(expected.lowerBound), .number(expected.upperBound)])))
        }
        try log.write("result", fields)
    }

    private func range(_ expected: ClosedRange<Double>, _ unit: String) -> String {
        expected.upperBound.isInfinite
            ? "at least \(shown(expected.lowerBound, unit))"
            : "\(shown(expected.lowerBound, unit)) to \(shown(expected.upperBound, unit))"
    }

    /// A share in percent, a whole number with all of its digits, anything else with four.
    private func shown(_ value: Double, _ unit: String) -> String {
        if unit == "%" { return String(format: "%.2f %%", 100 * value) }
        let isWhole = value == value.rounded() && abs(value) < 1e15
        return String(format: isWhole ? "%.0f" : "%.4g", value) + (unit.isEmpty ? "" : " \(unit)")
    }
}
