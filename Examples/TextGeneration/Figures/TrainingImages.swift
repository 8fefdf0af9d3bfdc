import ExampleSupport
import Foundation
import Gradus
import GradusText
import GradusVision

/// The images of a finished training.
struct TrainingImages {
    private let folder: RunFolder

    init(_ folder: RunFolder) { self.folder = folder }

    func draw(_ network: TrainedNetwork, _ heldOut: TextStreams) throws {
        try drawLoss(network.record.recipe)
        let tokens = heldOut.rows.flatMap { $0.dropLast() }.prefix(600)
        try PredictionPage(network, Array(tokens)).write(to: folder.file("predictions.html"))
    }

    /// The losses of the log: of single batches, their running mean, and on the held-out text.
    private func drawLoss(_ recipe: Recipe) throws {
        struct Line: Decodable {
            let event: String
            let step: Int?
            let loss: Double?
            let validation: Double?

            enum CodingKeys: String, CodingKey {
                case event, step, loss
                case validation = "validation_nats"
            }
        }
        let text = try String(contentsOfFile: folder.file("log.jsonl"), encoding: .utf8)
        let lines = text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let steps = lines.filter { $0.event == "step" }.map { (x: Double($0.step ?? 0), y: $0.loss ?? .nan) }
        let window = max(1, steps.count / 40)
        let smooth = steps.indices.map { index in
            let part = steps[max(0, index - window + 1)...index]
            return (x: steps[index].x, y: part.map(\.y).reduce(0, +) / Double(part.count))
        }
        let judged = lines.filter { $0.event == "evaluation" }.map {
            (x: Double($0.step ?? 0), y: $0.validation ?? .nan)
        }
        let chart = LineChart(
            title: "Loss while learning", x: "step", y: "nats a character",
            series: [.init("single batches", steps), .init("mean of \(window)", smooth), .init("held out", judged)])
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file("loss.svg")))
    }
}
