import Foundation
import Gradus

/// Mixes each image of a batch with another one, `x = λ xᵢ + (1 − λ) xⱼ`, and the loss likewise; λ is drawn from Beta(α, α)
/// once a batch, and j runs through the batch in random order (Zhang et al. 2017).
public struct Mixup: Sendable, Equatable {
    /// α: the larger, the more even the mixtures.
    let alpha: Double

    /// A mixture by Beta(α, α).
    ///
    /// - Traps: when α is not positive.
    public init(alpha: Double = 0.2) {
        check(alpha > 0, "Mixup: an α of \(alpha)")
        self.alpha = alpha
    }

    func callAsFunction(_ batch: ImageBatch, using random: inout RandomWords) -> ImageBatch {
        let share = Float(beta(using: &random))
        var order = (0..<batch.labels.count).map { Int32($0) }
        order.shuffle(using: &random)
        let other = Tensor(order)
        return ImageBatch(
            images: batch.images * share + batch.images.gathering(other) * (1 - share), labels: batch.labels,
            mixture: ImageBatch.Mixture(labels: batch.labels.gathering(other), share: 1 - share))
    }

    /// A number from Beta(α, α): a / (a + b) with a and b from Gamma(α).
    private func beta(using random: inout RandomWords) -> Double {
        let (a, b) = (logGamma(using: &random), logGamma(using: &random))
        return 1 / (1 + exp(b - a))
    }

    /// The logarithm of a number from Gamma(α, 1), by Marsaglia & Tsang's method (2000) for α + 1, and the power `u^(1/α)` that
    /// yields α; in logarithms it does not vanish for small α.
    private func logGamma(using random: inout RandomWords) -> Double {
        let d = alpha + 1 - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal(using: &random)
            let v = pow(1 + c * x, 3)
            let u = 1 - Double.random(in: 0..<1, using: &random)
            guard v > 0, log(u) < 0.5 * x * x + d - d * v + d * log(v) else { continue }
            let power = 1 - Double.random(in: 0..<1, using: &random)
            return log(d * v) + log(power) / alpha
        }
    }

    /// A normal number, by Box and Muller's formula.
    private func normal(using random: inout RandomWords) -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
    }
}
