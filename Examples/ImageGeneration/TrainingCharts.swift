import Gradus
import GradusModels
import GradusTraining

/// The curves of a game, from its log: whether neither player wins, and whether the samples differ.
struct TrainingCharts {
    private let steps: RunCurves
    /// How varied the samples were, in parts of real images'.
    let variety: [(x: Double, y: Double)]
    private let loss: AdversarialLoss

    init(log: String, _ loss: AdversarialLoss) {
        steps = RunCurves(log: log)
        variety = RunCurves(log: log, event: "samples")["variety"].filter { $0.x > 0 }
        self.loss = loss
    }

    /// The mean of a figure over the last logged steps.
    func last(_ name: String) -> Double {
        let points = steps[name].suffix(20)
        return points.isEmpty ? .nan : points.map(\.y).reduce(0, +) / Double(points.count)
    }

    func draw(in experiment: Experiment) throws {
        let isLogistic = loss == .logistic
        let losses = LineChart(
            title: "Losses of both players", x: "step", y: isLogistic ? "loss in nats; shaded: healthy" : "loss",
            series: [
                .init("discriminator", smoothed("discriminator_loss")), .init("generator", smoothed("generator_loss")),
            ], band: healthyLosses)
        let scores = LineChart(
            title: "What the discriminator believes", x: "step",
            y: isLogistic ? "probability; shaded: healthy" : "score",
            series: [.init("D(x), real", smoothed("real")), .init("D(G(z)), made", smoothed("made"))],
            band: isLogistic ? 0.1...0.9 : nil)
        let varieties = LineChart(
            title: "Variety of the samples", x: "step", y: "in parts of real images'",
            series: [.init("nearest distance", variety)], band: ModeCollapseDetector.lowVariety...1.3)
        for (name, chart) in [("losses.svg", losses), ("scores.svg", scores), ("variety.svg", varieties)] {
            try chart.write(to: experiment.file(name))
        }
    }

    /// Where both losses lie while neither player wins, from recorded runs.
    private var healthyLosses: ClosedRange<Double>? {
        switch loss {
        case .logistic: 0.3...4
        case .hinge: -0.5...2
        case .leastSquares: 0.03...0.6
        case .wasserstein: nil
        }
    }

    /// A figure, its mean over a fortieth of the run.
    private func smoothed(_ name: String) -> [(x: Double, y: Double)] {
        let points = steps[name]
        let window = max(1, points.count / 40)
        return points.indices.map { index in
            let part = points[max(0, index - window + 1)...index]
            return (x: points[index].x, y: part.map(\.y).reduce(0, +) / Double(part.count))
        }
    }
}
