import Foundation
import Gradus
import GradusVision

/// Accuracy against the number of images, one curve for each way to come to a network.
struct TransferChart {
    let points: [CurvePoint]
    let title: String

    /// The chart as SVG; images a class on a logarithmic axis.
    func svg() -> String {
        let series = CurvePoint.Method.allCases.map { method in
            LineChart.Series(
                method.rawValue,
                points.filter { $0.method == method }.map {
                    (x: Double($0.imagesPerClass), y: 100 * $0.accuracy)
                })
        }
        return LineChart(
            title: title, x: "images a class to learn from", y: "held-out images right, %",
            series: series.filter { !$0.points.isEmpty }, isLogarithmicX: true, marksPoints: true
        ).svg()
    }

    /// The points as a table for the terminal.
    var table: [String] {
        let counts = Array(Set(points.map(\.imagesPerClass))).sorted()
        let header = "images a class".padded(18) + CurvePoint.Method.allCases.map { $0.rawValue.padded(14) }.joined()
        return [header]
            + counts.map { count in
                "\(count)".padded(18)
                    + CurvePoint.Method.allCases.map { method in
                        let point = points.last { $0.imagesPerClass == count && $0.method == method }
                        return (point.map { String(format: "%.2f %%", 100 * $0.accuracy) } ?? "-").padded(14)
                    }.joined()
            }
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
