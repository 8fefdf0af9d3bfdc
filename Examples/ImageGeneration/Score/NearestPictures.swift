import Gradus
import GradusData
import GradusVision

/// Made pictures, each beside the real ones whose features are nearest: a copy of a training picture would show.
struct NearestPictures {
    private let score: GenerationScore

    init(_ score: GenerationScore) { self.score = score }

    /// One row for each made picture: itself and its five nearest.
    func drawn(_ made: Tensor<Float>) -> Image {
        let pictures = bytes(made)
        let features = score.judge.judged(pictures).features
        let real = score.realFeatures
        let squares = (real * real).sum(axes: [1])
        let distances = squares - matmul(features, real, transposeB: true) * 2
        let (_, nearest) = (distances * -1).topK(5)
        let cells = (0..<pictures.count).flatMap { row in
            [ImageGrid.Cell(picture(pictures, row), caption: ["made"])]
                + (0..<5).map { place in
                    let index = Int(nearest.element(at: row, place))
                    return ImageGrid.Cell(
                        picture(score.real, index), caption: [score.real.classNames[score.real.label(index)]])
                }
        }
        let side = score.real.imageShape[0]
        return ImageGrid(
            cells, columns: 12, title: "Each made picture and the five real ones nearest to it",
            magnification: max(1, 64 / side)
        ).drawn()
    }

    private func picture(_ images: LabelledImages, _ position: Int) -> Image {
        let shape = images.imageShape
        return Image(width: shape[1], height: shape[0], channels: shape[2], pixels: images.pixels(position))
    }
}
