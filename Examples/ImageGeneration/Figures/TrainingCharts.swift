import ExampleSupport
import Foundation
import Gradus
import GradusEvaluation
import GradusModels
import GradusVision

/// The curves of a run, from its log.
struct TrainingCharts {
    private struct Line: Decodable {
        let event: String
        let step: Int?
        let discriminator_loss: Double?
        let generator_loss: Double?
        let real: Double?
        let made: Double?
        let variety: Double?
    }

    private let lines: [Line]
    private let recipe: Recipe

    init(log: String, _ recipe: Recipe) throws {
        let text = try String(contentsOfFile: log, encoding: .utf8)
        lines = text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        self.recipe = recipe
    }

    /// The means of the last logged steps.
    var last: (discriminatorLoss: Double, generatorLoss: Double, real: Double, made: Double) {
        let steps = lines.filter { $0.event == "step" }.suffix(20)
        func mean(_ value: (Line) -> Double?) -> Double {
            steps.isEmpty ? .nan : steps.map { value($0) ?? .nan }.reduce(0, +) / Double(steps.count)
        }
        return (mean(\.discriminator_loss), mean(\.generator_loss), mean(\.real), mean(\.made))
    }

    /// The variety of the last samples.
    var lastVariety: Double { lines.last { $0.event == "samples" }?.variety ?? .nan }

    func draw(in folder: RunFolder) throws {
        let losses = LineChart(
            title: "Losses of both players", x: "step",
            y: recipe.loss == .logistic ? "loss in nats; shaded: healthy" : "loss",
            series: [
                .init("discriminator", smoothed(\.discriminator_loss)), .init("generator", smoothed(\.generator_loss)),
            ], band: healthyLosses)
        let scores = LineChart(
            title: "What the discriminator believes", x: "step",
            y: recipe.loss == .logistic ? "probability; shaded: healthy" : "score",
            series: [.init("D(x), real", smoothed(\.real)), .init("D(G(z)), made", smoothed(\.made))],
            band: recipe.loss == .logistic ? 0.1...0.9 : nil)
        let varieties = lines.filter { $0.event == "samples" && $0.step ?? 0 > 0 }.map {
            (x: Double($0.step ?? 0), y: $0.variety ?? .nan)
        }
        let variety = LineChart(
            title: "Variety of the samples", x: "step", y: "in parts of real images'",
            series: [.init("nearest distance", varieties)], band: ModeCollapseDetector.lowVariety...1.3)
        for (name, chart) in [("losses.svg", losses), ("scores.svg", scores), ("variety.svg", variety)] {
            try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file(name)))
        }
    }

    /// Where both losses lie while neither player wins, from recorded runs.
    private var healthyLosses: ClosedRange<Double>? {
        switch recipe.loss {
        case .logistic: 0.3...4
        case .hinge: -0.5...2
        case .leastSquares: 0.03...0.6
        case .wasserstein: nil
        }
    }

    /// A figure of the logged steps, its mean over a fortieth of the run.
    private func smoothed(_ value: (Line) -> Double?) -> [(x: Double, y: Double)] {
        let points = lines.filter { $0.event == "step" }.map { (x: Double($0.step ?? 0), y: value($0) ?? .nan) }
        let window = max(1, points.count / 40)
        return points.indices.map { index in
            let part = points[max(0, index - window + 1)...index]
            return (x: points[index].x, y: part.map(\.y).reduce(0, +) / Double(part.count))
        }
    }
}
