import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusSVM
import GradusVision

// Solutions of the exercises of chapter 04.

/// Exercise 1: the space in which `(1 + x·z)²` is a plain product, for two numbers x: 1, √2 x₁, √2 x₂, x₁², x₂², √2 x₁x₂.
///
/// Multiply `(1 + x₁z₁ + x₂z₂)²` out: each of the six terms is a product of something of x and the same of z.
func quadraticFeatures(_ x: [Float]) -> [Float] {
    let root = Float(2).squareRoot()
    return [1, root * x[0], root * x[1], x[0] * x[0], x[1] * x[1], root * x[0] * x[1]]
}

/// Exercise 2: the set with all images' pixels moved to other places, the same for all.
func withMovedPixels(_ images: LabeledImages, seed: UInt64) -> LabeledImages {
    let (height, width, channels) = (images.imageShape[0], images.imageShape[1], images.imageShape[2])
    let places = randomPermutation(height * width, using: RandomGenerator(seed: seed))
    var moved: [UInt8] = []
    for position in 0..<images.count {
        let pixels = images.pixels(position)
        for place in places { moved += pixels[(place * channels)..<((place + 1) * channels)] }
    }
    return LabeledImages(
        Tensor(moved, shape: [images.count, height, width, channels]),
        Tensor((0..<images.count).map { Int32(images.label($0)) }), classNames: images.classNames)
}

/// Exercise 3: the weights of a linear support vector machine for classes ±1, `[D, 1]`, by gradient descent on
/// `½|w|² + C Σₙ max(0, 1 − yₙ wᵀxₙ)²`.
func linearSVMByDescent(_ rows: Tensor<Float>, signs: Tensor<Float>, cost: Float, steps: Int) -> Tensor<Float> {
    let column = signs.expandingShape(at: 1)
    var weights = Tensor<Float>(zeros: [rows.shape[1], 1])
    // The curvature is at most 1 + 2 C Σ |x|²; a step of its inverse never overshoots.
    let rate = 1 / (1 + 2 * cost * rows.squared().sum().item)
    for _ in 0..<steps {
        let (_, gradient) = valueWithGradient(at: weights) { svmObjective($0, rows, column, cost) }
        weights = weights - gradient * rate
    }
    return weights
}

/// What is minimized.
func svmObjective(_ weights: Tensor<Float>, _ rows: Tensor<Float>, _ signs: Tensor<Float>, _ cost: Float) -> Tensor<
    Float
> {
    let missing = maximum(1 - signs * matmul(rows, weights), Tensor(0))
    return weights.squared().sum() * 0.5 + missing.squared().sum() * cost
}

/// Exercise 4: how far the nearest of 500 even random points is from one of them, in parts of the farthest.
func nearestOfFarthest(dimensions: Int, seed: UInt64) -> Double {
    let points = Tensor<Float>(uniform: [501, dimensions], using: RandomGenerator(seed: seed))
    let distances = squaredDistances(points[0..<1], points[1..<501]).squareRoot().scalars
    return Double((distances.min() ?? 0) / (distances.max() ?? 1))
}

/// Exercise 5: what cross-validation says of 60 examples of 3,000 random numbers with random classes, of which the 20 that differ
/// most between the classes are kept; chosen with all examples (`peeking`), or in each round with those that are learned from.
func validationOfNoise(peeking: Bool, seed: UInt64) throws -> Double {
    let random = RandomGenerator(seed: seed)
    let rows = Tensor<Float>(normal: [60, 3000], using: random)
    let columns = rows.transposed([1, 0])
    let labels = Tensor((0..<60).map { Int32($0 % 2) })
    /// The features whose means differ most.
    func telling(_ examples: [Int]) -> Tensor<Int32> {
        func mean(_ label: Int32) -> Tensor<Float> {
            rows.gathering(Tensor(examples.filter { labels.element(at: $0) == label }.map { Int32($0) })).mean(axes: [0]
            )
        }
        return (mean(0) - mean(1)).absoluteValue().topK(20).indices
    }
    let before = telling(Array(0..<60))
    let tried = try CrossValidation([0], Folds(labels, count: 5, seed: 1)) { training, held in
        let kept = peeking ? before : telling(training)
        func part(_ positions: [Int]) -> (Tensor<Float>, Tensor<Int32>) {
            let chosen = Tensor(positions.map { Int32($0) })
            return (columns.gathering(kept).transposed([1, 0]).gathering(chosen), labels.gathering(chosen))
        }
        let ((own, classes), (others, right)) = (part(training), part(held))
        let found = try LinearSVM(own, classes)(others)
        return [Double(zip(found.scalars, right.scalars).filter { $0 == $1 }.count) / Double(held.count)]
    }
    return tried.best.mean
}

/// Exercise 6: how often single images must be named rightly so that `images` in a row are with the given probability.
func accuracyNeeded(images: Int, probability: Double) -> Double { pow(probability, 1 / Double(images)) }
