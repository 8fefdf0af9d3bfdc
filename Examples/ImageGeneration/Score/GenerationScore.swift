import Gradus
import GradusData
import GradusEvaluation

/// How near made images come to real ones, by the features of a classifier, beside how near other real ones come.
struct GenerationScore {
    /// What is measured on a set of images.
    struct Evaluation {
        /// The squared Fréchet distance to the real images.
        let distance: Double
        /// How much of it looks real, and how much of what is real it covers.
        let overlap: PrecisionRecall
        /// The share of images that the classifier takes for each class.
        let classShares: [Double]
        /// The share of images that it takes for the class that they were made as; nil without classes.
        let agreement: Double?
    }

    let evaluator: FeatureClassifier
    /// The evaluation on real images that were not compared with: what a perfect generator would get.
    let floor: Evaluation
    /// How many images are compared with how many.
    let count: Int
    /// The images that are compared with.
    let real: LabeledImages
    /// Their features, `[N, 1024]`.
    let realFeatures: Tensor<Float>
    private let statistics: FeatureStatistics

    /// Looks at up to `count` real images, and as many others for the floor: the set's test images where it has some.
    ///
    /// - Throws: `FileError` when images cannot be read, or there are too few.
    init(_ evaluator: FeatureClassifier, _ images: ChosenImages, count: Int, seed: Int) throws {
        self.evaluator = evaluator
        let others: LabeledImages
        if let test = images.test, test.count >= count || images.count < 2 * count {
            others = test.shuffled(seed: seed).prefix(count)
            real = try images.real(others.count, seed: seed)
        } else {
            let all = try images.real(2 * count, seed: seed)
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

    /// The evaluation on made images from 0 to 1, `[N, H, W, C]`, of the given classes if they have some.
    func evaluation(on made: Tensor<Float>, labels: Tensor<Int32>? = nil) throws -> Evaluation {
        try Self.evaluation(
            evaluator.evaluated(bytes(made)), realFeatures, statistics, evaluator.classCount, labels: labels)
    }

    private static let neighbors = 3

    private static func evaluation(
        _ seen: (features: Tensor<Float>, classes: [Int]), _ real: Tensor<Float>, _ statistics: FeatureStatistics,
        _ classCount: Int, labels: Tensor<Int32>?
    ) throws -> Evaluation {
        var counts = [Int](repeating: 0, count: classCount)
        for number in seen.classes { counts[number] += 1 }
        let total = Double(seen.classes.count)
        let right = labels.map { zip($0.scalars, seen.classes).reduce(0.0) { $0 + (Int($1.0) == $1.1 ? 1 : 0) } }
        return Evaluation(
            distance: try frechetDistance(FeatureStatistics(seen.features), statistics),
            overlap: PrecisionRecall(real: real, generated: seen.features, neighbors: neighbors),
            classShares: counts.map { Double($0) / total }, agreement: right.map { $0 / total })
    }
}

/// Made images as the bytes that a file of them would hold, so that real and made ones are treated alike.
func bytes(_ made: Tensor<Float>) -> LabeledImages {
    LabeledImages(
        Tensor<UInt8>(made * 255 + 0.5), Tensor<Int32>(zeros: [made.shape[0]]), classNames: ["made"])
}
