import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// The images of a finished run.
struct RunImages {
    private let folder: RunFolder
    private let data: ChosenData

    init(_ folder: RunFolder, _ data: ChosenData) { (self.folder, self.data) = (folder, data) }

    func draw(_ network: ImageClassifier, _ evaluation: Evaluator.Evaluation, _ record: RunRecord) throws {
        try drawLoss()
        try drawAccuracy(record.evaluations)
        try EvaluationImages(data.test).draw(evaluation, into: folder)
        try drawFilters(network)
    }

    /// The losses of the log and their running mean.
    private func drawLoss() throws {
        struct Line: Decodable {
            let event: String
            let step: Int?
            let loss: Double?
        }
        let text = try String(contentsOfFile: folder.file("log.jsonl"), encoding: .utf8)
        let lines = text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let points = lines.filter { $0.event == "step" }.map { (x: Double($0.step ?? 0), y: $0.loss ?? .nan) }
        let smooth = points.indices.map { index in
            let window = points[max(0, index - 9)...index]
            return (x: points[index].x, y: window.map(\.y).reduce(0, +) / Double(window.count))
        }
        let chart = LineChart(
            title: "Loss while learning", x: "step", y: "cross-entropy in nats",
            series: [.init("single batches", points), .init("mean of ten", smooth)], isLogarithmic: true)
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file("loss.svg")))
    }

    /// The test accuracy after each epoch.
    private func drawAccuracy(_ evaluations: [RunRecord.Evaluation]) throws {
        let points = evaluations.map { (x: Double($0.epoch), y: 100 * $0.accuracy) }
        let chart = LineChart(
            title: "What it names rightly", x: "epoch", y: "% of the test images",
            series: [.init("test accuracy", points)])
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file("accuracy.svg")))
    }

    /// The filters of the first convolution: of one channel in blue, which lowers a unit's value, and red, which raises it; of three
    /// channels in their own colors.
    private func drawFilters(_ network: ImageClassifier) throws {
        guard let weight = network.parameters.first(where: { $0.shape.count == 4 })?.value,
            [1, 3].contains(weight.shape[2])
        else { return }
        let filters = weight.transposed([3, 0, 1, 2])
        let shape = filters.shape
        let cells = (0..<min(64, shape[0])).map { index in
            ImageGrid.Cell(
                Image(width: shape[2], height: shape[1], channels: 3, pixels: colors(filters[index].scalars, shape[3])))
        }
        let count = cells.count < shape[0] ? "\(cells.count) of \(shape[0])" : "\(shape[0])"
        try ImageGrid(
            cells, columns: 8, title: "First layer: \(count) filters of \(shape[1]) × \(shape[2])",
            magnification: max(2, 70 / shape[1])
        ).drawn().write(to: folder.file("filters.png"))
    }

    private func colors(_ values: [Float], _ channels: Int) -> [UInt8] {
        let largest = max(values.map(abs).max() ?? 1, 1e-12)
        if channels == 3 { return values.map { UInt8(127.5 + 127.5 * $0 / largest) } }
        return values.flatMap { value in
            let color = ColorMap.diverging.color(Double(value / largest))
            return [color.red, color.green, color.blue]
        }
    }
}
