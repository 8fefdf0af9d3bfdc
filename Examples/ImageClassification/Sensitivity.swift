import Gradus
import GradusEvaluation
import GradusModels
import GradusVision

/// Where a small change of a pixel would change the score of a class most: the image, the plain gradient, its mean over noisy
/// copies, and that mean times the input.
///
/// - Parameter seen: an image, fitted to the network's input.
func drawSaliency(of classifier: ImageClassifier, _ seen: Image, classIndex: Int, seed: Int) -> Image {
    let input = classifier.input(seen.tensor)
    let classes = Tensor([Int32(classIndex)])
    let plain = saliency(of: classifier, at: input, classes: classes)
    let smooth = smoothedSaliency(
        of: classifier, at: input, classes: classes, using: RandomGenerator(seed: UInt64(seed)))
    // The largest gradient of a pixel's channels; the strongest hundredth has the strongest color.
    func strength(_ gradient: Tensor<Float>) -> Image {
        let sizes = gradient.absoluteValue().max(axes: [2])
        return Image(sizes, colors: .heat, limit: quantile(sizes, 0.99))
    }
    // The sum over a pixel's channels: red for the class, blue against it.
    let sums = (smooth * input)[0].sum(axes: [2])
    let cells = [
        ("the image", seen.color()), ("gradient", strength(plain[0])),
        ("SmoothGrad, 24 noisy copies", strength(smooth[0])),
        ("SmoothGrad × input", Image(sums, colors: .diverging, limit: quantile(sums.absoluteValue(), 0.99))),
    ]
    return ImageGrid(
        cells.map { ImageGrid.Cell($0.1, caption: [$0.0]) }, columns: 4,
        title: "\(classifier.network.name): what the score of \"\(classifier.shortName(classIndex))\" depends on",
        magnification: magnification(seen)
    ).drawn()
}

/// What the network no longer recognizes when a square of the image is gray: the image, and the map of each class over it.
///
/// - Parameter seen: an image, fitted to the network's input.
func drawOcclusion(of classifier: ImageClassifier, _ seen: Image, classes: [Int]) -> Image {
    let input = classifier.input(seen.tensor)
    let probabilities = classifier(input, .inference).softmax()[0].scalars
    // A fifth of the image covers a face, and leaves the rest.
    let side = max(3, min(input.shape[1], input.shape[2]) / 5)
    let maps = occlusionMap(of: classifier, at: input[0], classes: classes, side: side, step: max(1, side / 3))
    let cells = zip(classes, maps.unstacked()).map { classIndex, map in
        ImageGrid.Cell(
            seen.gray().mixed(with: Image(map, colors: .diverging), 0.6),
            caption: [
                "\(classifier.shortName(classIndex)) \(percent(probabilities[classIndex]))",
                "strongest color: \(percent(map.absoluteValue().max().item))",
            ])
    }
    let first = ImageGrid.Cell(seen.color(), caption: ["the image", "a square of \(side) pixels covers"])
    return ImageGrid(
        [first] + cells, columns: 1 + cells.count,
        title: "\(classifier.network.name): red is needed for the class, blue speaks against it",
        magnification: magnification(seen)
    ).drawn()
}

/// How large a pixel is drawn, so that the images of a row are about as wide as a column of text.
func magnification(_ image: Image) -> Int { max(1, 224 / max(image.width, image.height)) }
