import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusVision

/// Figures of an evaluation: the confusion matrix and the most confident mistakes.
struct EvaluationImages {
    private let images: LabeledImages

    /// Figures of an evaluation on `images`.
    init(_ images: LabeledImages) { self.images = images }

    func draw(_ evaluation: Evaluator.Evaluation, into folder: RunFolder) throws {
        let percent = String(format: "%.2f %%", 100 * evaluation.matrix.accuracy)
        // A matrix of hundreds of classes could not be read.
        if images.classNames.count <= 40 {
            try ConfusionMatrixImage(
                evaluation.matrix.counts, classNames: images.classNames,
                title: "\(images.count) test images, \(percent) right"
            ).drawn().write(to: folder.file("confusion-matrix.png"))
        }
        try drawMistakes(evaluation.mistakes, into: folder)
    }

    /// The mistakes that the network was surest of.
    private func drawMistakes(_ mistakes: [Evaluator.Mistake], into folder: RunFolder) throws {
        let cells = mistakes.prefix(30).map { mistake in
            ImageGrid.Cell(
                images.image(mistake.position),
                caption: [
                    images.classNames[images.label(mistake.position)],
                    "→ \(images.classNames[mistake.predicted]) \(Int(100 * mistake.probability)) %",
                ])
        }
        try ImageGrid(
            Array(cells), columns: 6, title: "The surest mistakes: right class → predicted class",
            magnification: max(1, 112 / images.imageShape[1])
        ).drawn().write(to: folder.file("mistakes.png"))
    }
}

extension LabeledImages {
    /// The image at a position.
    func image(_ position: Int) -> GradusVision.Image {
        Image(width: imageShape[1], height: imageShape[0], channels: imageShape[2], pixels: pixels(position))
    }
}
