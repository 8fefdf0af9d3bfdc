import Gradus
import GradusEvaluation
import GradusVision

/// Images that the network gives a high score for a class, made by following the gradient.
struct ClassImage {
    let classifier: Classifier
    let seed: Int
    let steps: Int

    /// One image `[H, W, C]` for each class.
    func drawn(_ classes: [Int], shape: [Int]) -> GradusVision.Image {
        var rules = ClassVisualization()
        let side = max(shape[0], shape[1])
        (rules.steps, rules.limits) = (steps, classifier.limits(shape))
        (rules.shift, rules.blurs) = (max(1, side / 28), max(2, side / 32))
        let cells = classes.map { classIndex in
            let made = rules(
                of: classifier.network, classIndex: classIndex, shape: shape,
                using: RandomGenerator(seed: UInt64(seed)))
            let probability = classifier.probabilities(ofInput: made)[classIndex]
            return ImageGrid.Cell(
                classifier.image(ofInput: made),
                caption: ["\(classifier.shortName(classIndex)) \(percent(probability))"])
        }
        let factor = cells.first.map { magnification($0.image) } ?? 1
        return ImageGrid(
            cells, columns: min(5, max(1, cells.count)),
            title: "\(classifier.name): images made to raise a class's score, \(steps) steps",
            magnification: factor > 4 ? factor - 2 : factor
        ).drawn()
    }
}
