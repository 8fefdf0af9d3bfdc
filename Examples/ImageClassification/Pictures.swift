import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusVision

/// The pictures of a finished run.
struct Pictures {
    private let folder: RunFolder
    private let data: ChosenData

    init(_ folder: RunFolder, _ data: ChosenData) {
        (self.folder, self.data) = (folder, data)
    }

    func draw(_ model: TFLayersNet, _ verdict: Judge.Verdict, steps: Int) throws {
        try drawLoss()
        let percent = String(format: "%.2f %%", 100 * verdict.matrix.accuracy)
        try ConfusionMatrixPicture(
            verdict.matrix.counts, classNames: data.test.classNames,
            title: "\(data.test.count) test pictures, \(percent) right"
        ).drawn().write(to: folder.file("confusion-matrix.png"))
        try drawMistakes(verdict.mistakes)
        try drawFilters(model)
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

    /// The mistakes that the network was surest of.
    private func drawMistakes(_ mistakes: [Judge.Mistake]) throws {
        let cells = mistakes.prefix(30).map { mistake in
            ImageGrid.Cell(
                picture(mistake.position),
                caption: [
                    data.test.classNames[data.test.label(mistake.position)],
                    "→ \(data.test.classNames[mistake.predicted]) \(Int(100 * mistake.probability)) %",
                ])
        }
        try ImageGrid(
            Array(cells), columns: 6, title: "The surest mistakes: right class → predicted class", magnification: 4
        ).drawn().write(to: folder.file("mistakes.png"))
    }

    private func picture(_ position: Int) -> GradusVision.Image {
        let shape = data.test.imageShape
        return Image(width: shape[1], height: shape[0], channels: shape[2], pixels: data.test.pixels(position))
    }

    /// The 32 filters of the first layer: blue lowers a unit's value, red raises it.
    private func drawFilters(_ model: TFLayersNet) throws {
        guard let weight = model.parameter(named: "features.0.weight")?.value else { return }
        let filters = weight.transposed([3, 0, 1, 2])
        let cells = (0..<filters.shape[0]).map { index in
            let values = filters[index].scalars
            let largest = max(values.map(abs).max() ?? 1, 1e-12)
            let colors = values.map { ColorMap.diverging.color(Double($0 / largest)) }
            return ImageGrid.Cell(
                Image(
                    width: filters.shape[2], height: filters.shape[1], channels: 3,
                    pixels: colors.flatMap { [$0.red, $0.green, $0.blue] }))
        }
        try ImageGrid(cells, columns: 8, title: "First layer: 32 filters of 5 × 5", magnification: 14).drawn()
            .write(to: folder.file("filters.png"))
    }
}
