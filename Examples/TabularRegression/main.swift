import Foundation
import Gradus
import GradusData
import GradusTraining

/// A regression: two hidden layers predict one column of a table from the others.
struct Train: TrainingCommand {
    static let name = "train"
    static let summary = "predicts a column of a CSV file from the others, and says how well."
    static let examples = [CommandExample("train --data houses.csv --target price", "a table of yours")]

    @Flag("a CSV file with a header; by default a table is generated", placeholder: "FILE", onResume: true) var data:
        String?
    @Flag("the column to predict", placeholder: "COLUMN") var target = "y"
    @Flag("passes over the rows", 1...100_000, onResume: true, smoke: 5) var epochs = 60
    @Flag("rows in a batch", 1...100_000) var batchSize = 32
    @Flag("step size of Adam", above: 0, onResume: true) var learningRate: Float = 3e-3
    @Flag("units of each hidden layer", 1...4096) var units = 64

    func run(_ experiment: Experiment) throws {
        let table = try data.map { try CSVTable(contentsOf: $0) } ?? friedmanTable(rows: 2000)
        let (x, y) = (try table.features(without: target), try table.numbers(target).reshaped(to: [-1, 1]))
        // Columns of mean 0 and standard deviation 1; the errors are shown in the target's own units.
        let deviation = y.variance().squareRoot().item
        let all = TensorDataset(inputs: standardized(x), targets: standardized(y))
        let (training, validation) = all.split(validation: 0.2, seed: experiment.seed)

        let model = experiment.seeded {
            Sequential {
                Dense(x.shape[1], units, activation: .relu)
                Dense(units, units, activation: .relu)
                Dense(units, 1)
            }
        }
        let trainer = Trainer<TensorDataset>(model, Adam(learningRate: learningRate), random: experiment.random) {
            meanSquaredError($0($1.inputs, $2), $1.targets)
        }
        experiment.describe([
            "data": "\(table.path), \(table.rows.count) rows", "parameters": "\(model.parameterCount)",
        ])
        func error() -> Metric {
            let squared = meanSquaredError(model(validation.inputs, .inference), validation.targets).item
            return Metric("validation_rmse", Double(squared.squareRoot() * deviation), atMost: data == nil ? 1.4 : nil)
        }
        var plan = Experiment.Plan(epochs: epochs, batches: training.count / batchSize, batchSize: batchSize)
        (plan.keep, plan.fingerprint) = (.lowest, table.fingerprint)
        try experiment.train(trainer, plan) { epoch, first in
            training.shuffled(seed: experiment.seed(epoch)).batches(of: batchSize, from: first)
        } evaluate: {
            [error()]
        }
        try experiment.write(
            predictionChart(model(validation.inputs, .inference), validation.targets), to: "predictions.svg")
        try experiment.finish([error()])
    }
}

Program("tabular-regression", [Train.self]).run()
