import Foundation
import Gradus

// Solutions of the exercises of chapter 10.

/// Exercise 1: attention with one head in which no place sees a later one, from products and a softmax.
///
/// - Parameters:
///   - q, k, v: `[T, D]` each.
/// - Returns: `[T, D]`.
func causalAttention(_ q: Tensor<Float>, _ k: Tensor<Float>, _ v: Tensor<Float>) -> Tensor<Float> {
    let (steps, features) = (q.shape[0], q.shape[1])
    let scores = matmul(q, k, transposeB: true) / Float(features).squareRoot()
    let allowed = `where`(causalMask(steps), scores, Tensor(-1e9))
    return matmul(allowed.softmax(), v)
}

/// Exercise 2: the inner product of the position vectors of two places that are `distance` apart: `Σᵢ cos(distance ωᵢ)`.
func positionProduct(distance: Int, features: Int) -> Double {
    (0..<(features / 2)).reduce(0) { sum, i in
        sum + cos(Double(distance) * pow(10_000, -Double(i) / Double(features / 2)))
    }
}

/// Exercise 3: the least cross-entropy that a network can reach against smoothed targets: their entropy, in nats.
func leastSmoothedLoss(smoothing: Double, vocabulary: Int) -> Double {
    let rest = smoothing / Double(vocabulary)
    let right = 1 - smoothing + rest
    return -right * log(right) - (rest == 0 ? 0 : Double(vocabulary - 1) * rest * log(rest))
}

/// Exercise 4: how many places a decoder of one layer computes while it writes `words` words, with kept keys and without.
func placesComputed(words: Int) -> (kept: Int, anew: Int) { (words, words * (words + 1) / 2) }
