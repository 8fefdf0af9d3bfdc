import Foundation
import Gradus
import GradusModels
import GradusTraining

/// A chart of how strongly a prediction depends on the states of earlier steps, for several networks.
struct GradientLagChart {
    /// What was measured, in words.
    let lines: [String]
    private let chart: LineChart

    /// Follows gradients through pieces of a text; `nil` when it is too short.
    ///
    /// - Parameter networks: each with its name, over the text's alphabet.
    init?(_ networks: [(name: String, model: CharacterModel)], _ tokens: [Int32]) {
        let steps = min(100, (tokens.count - 1) / 4)
        guard steps >= 10 else { return nil }
        let rows = min(32, (tokens.count - 1) / steps)
        let text = Tensor((0..<rows).flatMap { tokens[($0 * steps)..<(($0 + 1) * steps)] }, shape: [rows, steps])
        let targets = Tensor((0..<rows).map { tokens[($0 + 1) * steps] })
        let curves = networks.map { name, model in
            let norms = model.gradientNorms(text, targets: targets)
            return (name: name, ratios: norms.map { $0 / max(norms[0], 1e-30) })
        }
        lines =
            ["\ngradient with respect to the state some steps before, in parts of the one at the last step:"]
            + curves.map { curve in
                let shown = [1, 5, 10, 20, 50, 99].filter { $0 < steps }.map { lag in
                    String(format: "%d: %.1e", lag, curve.ratios[lag])
                }
                return "  \(curve.name)" + String(repeating: " ", count: max(1, 16 - curve.name.count))
                    + shown.joined(separator: "   ")
            }
        chart = LineChart(
            title: "How far back gradients reach", x: "steps before the prediction", y: "norm of the state's gradient",
            series: curves.map { curve in
                .init(curve.name, curve.ratios.enumerated().map { (x: Double($0), y: $1) })
            }, isLogarithmic: true)
    }

    func write(to path: String) throws { try chart.write(to: path) }
}
