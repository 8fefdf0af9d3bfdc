import Foundation
import Gradus

// Solutions of the exercises of chapter 11.

/// Exercise 1: the discriminator that loses least, and what it loses, for real and made numbers whose probabilities are
/// known.
///
/// Where real numbers have probability p and made ones q, the loss is `−p ln D − q ln(1 − D)`; its derivative is zero at
/// `D = p / (p + q)`.
///
/// - Parameters: two distributions over the same values, each with the sum 1.
/// - Returns: D at each value (½ where neither ever occurs), and the loss in nats.
func bestDiscriminator(real p: [Double], made q: [Double]) -> (belief: [Double], loss: Double) {
    let belief = zip(p, q).map { $0 + $1 > 0 ? $0 / ($0 + $1) : 0.5 }
    let loss = zip(zip(p, q), belief).reduce(0) { sum, value in
        let ((p, q), d) = value
        return sum - (p > 0 ? p * log(d) : 0) - (q > 0 ? q * log(1 - d) : 0)
    }
    return (belief, loss)
}

/// Exercise 2: in how many windows of a transposed convolution each output pixel lies, `[OH, OW]`.
///
/// Ones as input and ones as filter make every window add one.
func windowCounts(side: Int, kernel: Int, stride: Int, padding: Int) -> Tensor<Float> {
    let counts = transposedConvolution(
        Tensor<Float>(ones: [1, side, side, 1]), Tensor(ones: [kernel, kernel, 1, 1]), stride: Extent2D(stride),
        padding: .symmetric(padding))
    return counts.reshaped(to: [counts.shape[1], counts.shape[2]])
}

/// Exercise 3: what becomes of a generator when the discriminator stands still.
///
/// - Parameter score: the discriminator, from numbers `[N, 1]` to scores `[N, 1]`.
/// - Returns: the standard deviation of what the generator makes, before and after learning from it alone.
func spreadAgainst(frozen score: (Tensor<Float>) -> Tensor<Float>) -> (before: Float, after: Float) {
    let generator = withRandomSeed(1) {
        Sequential {
            Dense(1, 32, activation: .tanh)
            Dense(32, 1)
        }
    }
    let optimizer = Adam(learningRate: 5e-3)
    let random = RandomGenerator(seed: 2)
    let shown = Tensor<Float>(normal: [1000, 1], using: random)
    func spread() -> Float {
        let made = generator(shown, .inference)
        return (made - made.mean()).squared().mean().squareRoot().item
    }
    let before = spread()
    for _ in 0..<1000 {
        let noise = Tensor<Float>(normal: [128, 1], using: random)
        let (_, gradients) = valueWithGradient(at: generator) {
            AdversarialLoss.logistic.generator(fake: score(generator(noise, .training)))
        }
        optimizer.update(generator, along: gradients)
    }
    return (before, spread())
}

/// Exercise 4: how long the middle between two noises of Z numbers is, in parts of their own mean length: along the line and
/// along the sphere.
func lengthHalfway(_ a: Tensor<Float>, _ b: Tensor<Float>) -> (line: Float, sphere: Float) {
    func length(_ x: Tensor<Float>) -> Float { x.squared().sum().squareRoot().item }
    let own = (length(a) + length(b)) / 2
    let angle = acos((a * b).sum().item / (length(a) * length(b)))
    // Both weights of the spherical way are the same halfway.
    let weight = sin(angle / 2) / sin(angle)
    return (length((a + b) * 0.5) / own, length((a + b) * weight) / own)
}
