import Foundation
import Gradus

/// A named number that a run measures, as in an evaluation or its result.
public struct Metric: Codable, Equatable, Sendable {
    /// Its name in the log, such as `test_accuracy`.
    public let name: String
    /// The value.
    public let value: Double
    /// Its unit; `%` shows a share in percent.
    public let unit: String
    /// The range that is expected, if one is known.
    public let expected: ClosedRange<Double>?

    /// A number; `expected` is the range that it should lie in.
    public init(_ name: String, _ value: Double, unit: String = "", expected: ClosedRange<Double>? = nil) {
        (self.name, self.value, self.unit, self.expected) = (name, value, unit, expected)
    }

    /// A number that should be at least `expected`.
    public init(_ name: String, _ value: Double, unit: String = "", atLeast expected: Double?) {
        self.init(name, value, unit: unit, expected: expected.map { $0...Double.greatestFiniteMagnitude })
    }

    /// A number that should be at most `expected`.
    public init(_ name: String, _ value: Double, unit: String = "", atMost expected: Double?) {
        self.init(name, value, unit: unit, expected: expected.map { -Double.greatestFiniteMagnitude...$0 })
    }

    /// The name as it is printed.
    var title: String { name.replacing("_", with: " ") }

    /// The value as it is printed, with its unit.
    var text: String { Self.text(value, unit) }

    /// Whether the value is as expected; nil where nothing is.
    var isReached: Bool? { expected?.contains(value) }

    /// What is expected, as it is printed.
    var expectedText: String? {
        guard let expected else { return nil }
        let limit = Double.greatestFiniteMagnitude
        if expected.upperBound == limit { return "at least \(Self.text(expected.lowerBound, unit))" }
        if expected.lowerBound == -limit { return "at most \(Self.text(expected.upperBound, unit))" }
        return "\(Self.text(expected.lowerBound, unit)) to \(Self.text(expected.upperBound, unit))"
    }

    /// A share in percent, a whole number with all of its digits, anything else with four.
    private static func text(_ value: Double, _ unit: String) -> String {
        if unit == "%" { return String(format: "%.2f %%", 100 * value) }
        let isWhole = value == value.rounded() && abs(value) < 1e15
        return String(format: isWhole ? "%.0f" : "%.4g", value) + (unit.isEmpty ? "" : " \(unit)")
    }
}

extension [Metric] {
    /// `name value, name value`.
    var text: String { map { "\($0.title) \($0.text)" }.joined(separator: ", ") }

    /// The values as fields of a log, and after them what was expected.
    var fields: [(String, JSONValue)] {
        let limit = Double.greatestFiniteMagnitude
        return map { ($0.name, JSONValue.number($0.value)) }
            + compactMap { metric in
                metric.expected.map { range in
                    let bounds = [range.lowerBound, range.upperBound].filter { abs($0) != limit }.map(JSONValue.number)
                    return ("expected_\(metric.name)", bounds.count == 1 ? bounds[0] : .list(bounds))
                }
            }
    }

    /// Prints the metrics beside what they should be.
    func show() {
        GradusTraining.show("\nresult:")
        for metric in self {
            let verdict = metric.expectedText.map {
                "   expected \($0): " + (metric.isReached == true ? "reached" : "NOT reached")
            }
            GradusTraining.show("  \(metric.title) \(metric.text)\(verdict ?? "")")
        }
    }
}
