import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusVision

/// Images that the network gives a high score for a class, made by following the gradient.
func drawClasses(of classifier: ImageClassifier, _ classes: [Int], steps: Int, seed: Int) -> Image {
    let shape = classifier.inputShape
    let limits = classifier.inputLimits
    var rules = ClassVisualization()
    (rules.steps, rules.limits) = (steps, limits)
    (rules.shift, rules.blurs) = (max(1, max(shape[0], shape[1]) / 28), max(2, max(shape[0], shape[1]) / 32))
    let cells = classes.map { classIndex in
        let made = rules(
            of: classifier, classIndex: classIndex, shape: shape, using: RandomGenerator(seed: UInt64(seed)))
        let probability = classifier(made.reshaped(to: [1] + shape), .inference).softmax()[0].scalars[classIndex]
        // From inputs back to pixels.
        let image =
            limits.map { Image((made - Tensor($0.low)) / (Tensor($0.high) - Tensor($0.low))) }
            ?? Image(made, range: -2.5...2.5)
        return ImageGrid.Cell(image, caption: ["\(classifier.shortName(classIndex)) \(percent(probability))"])
    }
    let factor = cells.first.map { magnification($0.image) } ?? 1
    return ImageGrid(
        cells, columns: min(5, max(1, cells.count)),
        title: "\(classifier.network.name): images made to raise a class's score, \(steps) steps",
        magnification: factor > 4 ? factor - 2 : factor
    ).drawn()
}

extension ImageClassifier {
    /// The inputs for the darkest and the brightest pixel, one number for each channel; nil when they depend on other pixels.
    fileprivate var inputLimits: (low: [Float], high: [Float])? {
        let channels = inputShape[2]
        func corner(_ value: Float, besides other: Float) -> [Float] {
            var pixels = Tensor<Float>(repeating: other, shape: [1] + inputShape)
            pixels.withUnsafeMutableElements { elements in
                for channel in 0..<channels { elements[channel] = value }
            }
            return Array(input(pixels).scalars.prefix(channels))
        }
        let (low, high) = (corner(0, besides: 0), corner(1, besides: 1))
        let isAlone = corner(0, besides: 1) == low && corner(1, besides: 0) == high
        return isAlone && zip(low, high).allSatisfy { $0 < $1 } ? (low, high) : nil
    }
}

/// Where images lie in the space of the network's last features, in the two directions of largest variance.
///
/// - Throws: `LAPACKError` when a feature is not finite.
func drawEmbedding(of classifier: ImageClassifier, _ set: LabeledImages) throws -> Image {
    let rows = set.batches(of: 16).map {
        classifier.input(of: classifier.body.head, for: classifier.input($0.images))
    }
    let features = Tensor.concatenated(rows)
    let components = try PrincipalComponents(FeatureStatistics(features), count: 2)
    let places = components(features)
    let items = (0..<set.count).map { row in
        ThumbnailMap.Item(
            set.image(row), x: Double(places.element(at: row, 0)), y: Double(places.element(at: row, 1)),
            group: set.label(row))
    }
    let shares = components.shares.map { percent($0, 0) }.joined(separator: " and ")
    return ThumbnailMap(
        items, groupNames: set.classNames,
        title: "\(classifier.network.name): \(features.shape[1]) features of \(items.count) images in two directions, "
            + "\(shares) of their variance"
    ).drawn()
}
