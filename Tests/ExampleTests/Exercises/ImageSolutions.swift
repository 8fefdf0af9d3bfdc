import Foundation
import Gradus
import GradusData

// Solutions of the exercises of chapter 05.

/// Exercise 1: an image moved down and to the right, with zeros where nothing is left of it.
///
/// - Parameters:
///   - image: `[H, W, C]`.
///   - down, right: pixels; negative ones go up and to the left.
func moved(_ image: Tensor<Float>, down: Int, right: Int) -> Tensor<Float> {
    let (height, width, margin) = (image.shape[0], image.shape[1], max(abs(down), abs(right)))
    let framed = image.padded([(margin, margin), (margin, margin), (0, 0)], with: 0)
    return framed.slice(axis: 0, (margin - down)..<(margin - down + height))
        .slice(axis: 1, (margin - right)..<(margin - right + width))
}

/// Exercise 2: the number of weights of the residual network for CIFAR-10 of 6n + 2 layers, in closed form.
///
/// A 3 × 3 convolution from a to b channels has 9ab of them, and the normalization after it 2b.
func weightsOfResNet(depth: Int) -> Int {
    let n = (depth - 2) / 6
    func convolution(_ a: Int, _ b: Int) -> Int { 9 * a * b + 2 * b }
    func stage(_ a: Int, _ b: Int) -> Int { convolution(a, b) + (2 * n - 1) * convolution(b, b) }
    return convolution(3, 16) + stage(16, 16) + stage(16, 32) + stage(32, 64) + 64 * 10 + 10
}

/// Exercise 3: how surely the second of two error rates, each of `count` images, is the larger one: the probability that chance
/// alone makes them differ so much.
///
/// With the mean rate p, the difference of two such rates has the deviation `√(2 p (1 − p) / n)` and is about normal.
func chance(ofRates first: Double, _ second: Double, count: Int) -> Double {
    let mean = (first + second) / 2
    let deviation = (2 * mean * (1 - mean) / Double(count)).squareRoot()
    return 0.5 * erfc((second - first) / deviation / 2.0.squareRoot())
}

/// Exercise 4: the whitening of two numbers of variance 1 and correlation r, in closed form, `[2, 2]`.
///
/// The eigenvectors are (1, 1)/√2 and (1, −1)/√2, with 1 + r and 1 − r.
func whiteningOfPairs(correlation r: Double) -> [[Double]] {
    let (sum, difference) = (1 / (1 + r).squareRoot(), 1 / (1 - r).squareRoot())
    return [[(sum + difference) / 2, (sum - difference) / 2], [(sum - difference) / 2, (sum + difference) / 2]]
}

/// Exercise 5: after how many steps averaged weights remember a weight only by half.
func halfLife(decay: Double) -> Double { log(0.5) / log(decay) }
