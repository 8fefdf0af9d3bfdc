import Gradus
import GradusData
import GradusEvaluation
import GradusVision

/// Made images, each beside the real ones whose features are nearest: a copy of a training image would show.
struct NearestImages {
    private let score: GenerationScore

    init(_ score: GenerationScore) { self.score = score }

    /// One row for each made image: itself and its five nearest.
    func drawn(_ made: Tensor<Float>) -> Image {
        let images = bytes(made)
        let features = score.evaluator.evaluated(images).features
        let real = score.realFeatures
        let squares = (real * real).sum(axes: [1])
        let distances = squares - matmul(features, real, transposeB: true) * 2
        let (_, nearest) = (distances * -1).topK(5)
        let cells = (0..<images.count).flatMap { row in
            [ImageGrid.Cell(image(images, row), caption: ["made"])]
                + (0..<5).map { place in
                    let index = Int(nearest.element(at: row, place))
                    return ImageGrid.Cell(
                        image(score.real, index), caption: [score.real.classNames[score.real.label(index)]])
                }
        }
        let side = score.real.imageShape[0]
        return ImageGrid(
            cells, columns: 12, title: "Each made image and the five real ones nearest to it",
            magnification: max(1, 64 / side)
        ).drawn()
    }

    private func image(_ images: LabeledImages, _ position: Int) -> Image {
        let shape = images.imageShape
        return Image(width: shape[1], height: shape[0], channels: shape[2], pixels: images.pixels(position))
    }
}
