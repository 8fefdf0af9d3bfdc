import Gradus
import GradusEvaluation
import GradusVision

/// What the network no longer recognizes when a square of the image is gray.
struct OcclusionImage {
    let classifier: Classifier

    /// The image, and the map of each class laid over it.
    func drawn(_ prepared: GradusVision.Image, classes: [Int]) -> GradusVision.Image {
        let input = classifier.input(prepared)
        let probabilities = classifier.probabilities(ofInput: input)
        // A fifth of the image covers a face, and leaves the rest.
        let side = max(3, min(input.shape[0], input.shape[1]) / 5)
        let gray = prepared.gray()
        let maps = occlusionMap(
            of: classifier.network, at: input, classes: classes, side: side, step: max(1, side / 3))
        let cells = zip(classes, maps.unstacked()).map { classIndex, map in
            let largest = map.absoluteValue().max().item
            let overlay = gray.mixed(with: Image(map, colors: .diverging), 0.6)
            return ImageGrid.Cell(
                overlay,
                caption: [
                    "\(classifier.shortName(classIndex)) \(percent(probabilities[classIndex]))",
                    "strongest color: \(percent(largest))",
                ])
        }
        let first = ImageGrid.Cell(prepared.color(), caption: ["the image", "a square of \(side) pixels covers"])
        return ImageGrid(
            [first] + cells, columns: 1 + cells.count,
            title: "\(classifier.name): red is needed for the class, blue speaks against it",
            magnification: magnification(prepared)
        ).drawn()
    }
}
