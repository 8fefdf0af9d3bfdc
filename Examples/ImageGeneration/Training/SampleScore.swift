import Foundation
import Gradus
import GradusModels

/// The Fréchet distance of a run's samples at some epochs, by a classifier that the user names.
struct SampleScore {
    private let score: GenerationScore
    private let noise: Tensor<Float>
    private let labels: Tensor<Int32>?

    /// Images that are compared: enough to see the distance fall, few enough to take seconds.
    private static let count = 2000

    /// The distance of real images to other real ones.
    var floor: Double { score.floor.distance }

    init(classifier path: String, _ data: ChosenImages, _ recipe: Recipe) throws {
        score = try GenerationScore(FeatureClassifier(path), data, count: Self.count, seed: recipe.seed)
        noise = Tensor(normal: [score.count, recipe.noise], using: RandomGenerator(seed: UInt64(recipe.seed) ^ 0x5C0E))
        labels = recipe.classes == 0 ? nil : Tensor((0..<score.count).map { Int32($0 % recipe.classes) })
    }

    /// The distance of the generator's samples.
    func distance(of generator: DCGANGenerator) throws -> Double {
        try score.evaluation(on: generated(by: generator, noise, labels: labels), labels: labels).distance
    }
}
