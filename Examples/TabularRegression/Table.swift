import Foundation
import Gradus
import GradusData
import GradusTraining

/// A made-up regression problem (Friedman 1991): ten columns of random numbers, and a function of the first five with noise
/// of standard deviation 1.
func friedmanTable(rows: Int) -> CSVTable {
    let random = RandomGenerator(seed: 7)
    let x = Tensor<Float>(uniform: [rows, 10], using: random)
    let noise = Tensor<Float>(normal: [rows], using: random)
    let fields = (0..<rows).map { row in
        let values = (0..<10).map { x.element(at: row, $0) }
        let y = 10 * sin(.pi * values[0] * values[1]) + 20 * pow(values[2] - 0.5, 2) + 10 * values[3] + 5 * values[4]
        return values.map { "\($0)" } + ["\(y + noise.element(at: row))"]
    }
    return CSVTable(names: (1...10).map { "x\($0)" } + ["y"], rows: fields, path: "Friedman's function")
}

/// The columns, shifted and scaled to mean 0 and standard deviation 1. A constant column is not divided by 0.
func standardized(_ columns: Tensor<Float>) -> Tensor<Float> {
    let deviation = (columns.variance(axes: [0], keepingAxes: true) + 1e-12).squareRoot()
    return (columns - columns.mean(axes: [0], keepingAxes: true)) / deviation
}

/// The predictions and the true values as two curves, with the rows in the order of the true values.
func predictionChart(_ predictions: Tensor<Float>, _ targets: Tensor<Float>) -> LineChart {
    let rows = zip(targets.scalars, predictions.scalars).sorted { $0.0 < $1.0 }
    return LineChart(
        title: "Predictions and true values of the validation rows", x: "rows, sorted by the true value",
        y: "standard deviations from the mean",
        series: [
            .init("predicted", rows.enumerated().map { (Double($0), Double($1.1)) }),
            .init("true", rows.enumerated().map { (Double($0), Double($1.0)) }),
        ])
}
