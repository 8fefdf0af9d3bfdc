import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining
import GradusVision

/// How close generated images come to real ones by the features of a classifier, compared with how close other real ones do.
struct GenerationScore {
    /// What is measured on a set of images.
    struct Evaluation {
        /// The squared Fréchet distance to the real images.
        let distance: Double
        /// How many of the images look real (precision), and how many of the real ones they cover (recall).
        let overlap: PrecisionRecall
        /// The share of images that the classifier takes for each class.
        let classShares: [Double]
        /// The share of images that it takes for the class that they were made as; nil without classes.
        let agreement: Double?
    }

    private let evaluator: FeatureClassifier
    /// The evaluation of real images that were not compared with: what a perfect generator would get.
    let floor: Evaluation
    /// How many images are compared with as many real ones.
    let count: Int
    /// The images that are compared with, and their features, `[N, 1024]`.
    private let real: LabeledImages
    private let realFeatures: Tensor<Float>
    private let statistics: FeatureStatistics
    private static let neighbors = 3

    /// Looks at up to `count` real images, and as many others for the floor: the set's test images where it has some.
    ///
    /// - Throws: `FileError` when images cannot be read, or there are too few.
    init(_ evaluator: FeatureClassifier, _ images: ImageSet, count: Int, seed: Int) throws {
        self.evaluator = evaluator
        let others: LabeledImages
        if let test = images.test, test.count >= count || images.count < 2 * count {
            others = test.shuffled(seed: seed).prefix(count)
            real = try images.loaded(others.count, seed: seed)
        } else {
            let all = try images.loaded(2 * count, seed: seed)
            real = all.prefix(all.count / 2)
            others = all.choosing((all.count / 2)..<(all.count / 2 * 2))
        }
        self.count = min(real.count, others.count)
        guard self.count > Self.neighbors else {
            throw FileError(
                path: images.source, problem: "has \(real.count + others.count) images, too few to compare with",
                advice: "A score needs some thousands.")
        }
        realFeatures = evaluator.evaluated(real).features
        statistics = FeatureStatistics(realFeatures)
        floor = try Self.evaluation(
            evaluator.evaluated(others), realFeatures, statistics, evaluator.classCount, labels: nil)
    }

    /// The evaluation of as many images of a generator, of one class after another.
    func evaluation(of generator: DCGANGenerator, seed: UInt64) throws -> Evaluation {
        let labels = generator.labels(count)
        let made = bytes(generator.images(generator.noise(count, seed: seed), labels: labels))
        return try Self.evaluation(
            evaluator.evaluated(made), realFeatures, statistics, evaluator.classCount, labels: labels)
    }

    private static func evaluation(
        _ seen: (features: Tensor<Float>, classes: [Int]), _ real: Tensor<Float>, _ statistics: FeatureStatistics,
        _ classCount: Int, labels: Tensor<Int32>?
    ) throws -> Evaluation {
        var counts = [Int](repeating: 0, count: classCount)
        for number in seen.classes { counts[number] += 1 }
        let right = labels.map { zip($0.scalars, seen.classes).filter { Int($0) == $1 }.count }
        return Evaluation(
            distance: try frechetDistance(FeatureStatistics(seen.features), statistics),
            overlap: PrecisionRecall(real: real, generated: seen.features, neighbors: neighbors),
            classShares: counts.map { Double($0) / Double(seen.classes.count) },
            agreement: right.map { Double($0) / Double(seen.classes.count) })
    }

    /// One row for each of the made images: itself and the five real ones nearest by features, where a copy would show.
    func nearestImages(_ made: Tensor<Float>) -> Image {
        let images = bytes(made)
        let squares = (realFeatures * realFeatures).sum(axes: [1])
        let products = matmul(evaluator.evaluated(images).features, realFeatures, transposeB: true)
        // The negative squared distance, without the part that is the same for a whole row.
        let (_, nearest) = (products * 2 - squares).topK(5)
        let cells = (0..<images.count).flatMap { row in
            [ImageGrid.Cell(images.image(row), caption: ["made"])]
                + (0..<5).map { place in
                    let index = Int(nearest.element(at: row, place))
                    return ImageGrid.Cell(real.image(index), caption: [real.classNames[real.label(index)]])
                }
        }
        return ImageGrid(
            cells, columns: 12, title: "Each made image and the five real ones nearest to it",
            magnification: usualMagnification(real.imageShape)
        ).drawn()
    }
}

/// Made images as the bytes that a file of them would hold, so that real and made ones are treated alike.
private func bytes(_ made: Tensor<Float>) -> LabeledImages {
    LabeledImages(Tensor<UInt8>(made * 255 + 0.5), Tensor<Int32>(zeros: [made.shape[0]]), classNames: ["made"])
}

extension GenerationScore {
    /// The distance of a generator in training, and that of real images.
    func distances(of generator: DCGANGenerator, seed: Int) throws -> [Metric] {
        [
            Metric("frechet_distance", try evaluation(of: generator, seed: UInt64(seed) ^ 0x5C0E).distance),
            Metric("real_frechet_distance", floor.distance),
        ]
    }
}
