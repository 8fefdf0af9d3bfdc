import Gradus
import GradusEvaluation

// Solutions of the exercises of chapter 11 on scores.

/// Exercise 5: the squared Fréchet distance of two lists of numbers, each taken for normally distributed.
///
/// With one feature the covariances are variances, and the root of their product is a product of roots: what remains is
/// `(μ₁ − μ₂)² + (σ₁ − σ₂)²`.
func frechetDistanceOfNumbers(_ a: [Double], _ b: [Double]) -> Double {
    func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(values.count - 1)).squareRoot())
    }
    let (first, second) = (moments(a), moments(b))
    let (shift, spread) = (first.mean - second.mean, first.deviation - second.deviation)
    return shift * shift + spread * spread
}

/// Exercise 6: the distance between two sets of `count` rows of 64 independent normal numbers; the true distance is 0.
func distanceOfLikeSets(count: Int, seed: UInt64) throws -> Double {
    let random = RandomGenerator(seed: seed)
    let sets = (0..<2).map { _ in FeatureStatistics(Tensor(normal: [count, 64], using: random)) }
    return try frechetDistance(sets[0], sets[1])
}

/// Exercise 7: what a generator gets that has learned nothing and stored `kept` of the real rows, each shown again and again.
func scoreOfCopies(kept: Int, of real: Tensor<Float>) throws -> (distance: Double, overlap: PrecisionRecall) {
    let rows = real.shape[0]
    let copies = real.gathering(Tensor((0..<rows).map { Int32($0 % kept) }))
    return (
        try frechetDistance(FeatureStatistics(copies), FeatureStatistics(real)),
        PrecisionRecall(real: real, generated: copies)
    )
}
