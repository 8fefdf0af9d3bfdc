import Foundation
import Gradus

/// The curves of a run: what its log has for each step, thinned where that is more than a chart can show.
public struct RunCurves {
    /// The points of each figure by name, in the order of their first appearance.
    public private(set) var series: [(name: String, points: [(x: Double, y: Double)])] = []
    private static let limit = 2000

    /// No curves.
    init() {}

    /// The curves of a log's lines of one event.
    public init(log path: String, event kind: String = "step") {
        guard let bytes = try? WholeFile.bytes(of: path) else { return }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let event = try? JSONDecoder().decode([String: JSONValue].self, from: Data(line)),
                event["event"] == .text(kind), case .integer(let step)? = event["step"]
            else { continue }
            for (name, value) in event.sorted(by: { $0.key < $1.key }) where !["event", "step", "epoch"].contains(name)
            {
                if let number = value.number { add(name, step, number) }
            }
        }
    }

    /// The points of a figure; none for one that does not appear.
    public subscript(name: String) -> [(x: Double, y: Double)] { series.first { $0.name == name }?.points ?? [] }

    mutating func add(_ figures: [(name: String, value: Float)], step: Int) {
        for figure in figures { add(figure.name, step, Double(figure.value)) }
    }

    private mutating func add(_ name: String, _ step: Int, _ value: Double) {
        let index =
            series.firstIndex { $0.name == name }
            ?? {
                series.append((name, []))
                return series.count - 1
            }()
        series[index].points.append((Double(step), value))
        guard series[index].points.count > Self.limit else { return }
        // Each two neighbors become their mean.
        let old = series[index].points
        series[index].points = stride(from: 0, to: old.count - 1, by: 2).map {
            (old[$0 + 1].x, (old[$0].y + old[$0 + 1].y) / 2)
        }
    }

    /// One chart for each figure; the loss first.
    var charts: [LineChart] {
        series.sorted { ($0.name == "loss" ? 0 : 1) < ($1.name == "loss" ? 0 : 1) }.map { name, points in
            LineChart(
                title: name.replacing("_", with: " "), x: "step", y: name.replacing("_", with: " "),
                series: [LineChart.Series(name, points)])
        }
    }
}

extension JSONValue {
    /// The number, whole or not.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
