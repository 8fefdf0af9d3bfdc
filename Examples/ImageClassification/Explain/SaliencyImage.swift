import Foundation
import Gradus
import GradusEvaluation
import GradusVision

/// Where a small change of a pixel would change the score of a class most.
struct SaliencyImage {
    let classifier: Classifier
    let seed: Int

    /// The image, the plain gradient, its mean over noisy copies, and that mean times the input.
    func drawn(_ prepared: GradusVision.Image, classIndex: Int) -> GradusVision.Image {
        let input = classifier.preparation(prepared.tensor)
        let classes = Tensor([Int32(classIndex)])
        let plain = saliency(of: classifier.network, at: input, classes: classes)
        let smooth = smoothedSaliency(
            of: classifier.network, at: input, classes: classes, using: RandomGenerator(seed: UInt64(seed)))
        let images = [
            ("the image", prepared.color()),
            ("gradient", strength(plain[0])),
            ("SmoothGrad, 24 noisy copies", strength(smooth[0])),
            ("SmoothGrad × input", signed((smooth * input)[0])),
        ]
        let factor = magnification(prepared)
        return ImageGrid(
            images.map { ImageGrid.Cell($0.1, caption: [$0.0]) }, columns: 4,
            title: "\(classifier.name): what the score of \"\(classifier.shortName(classIndex))\" depends on",
            magnification: factor
        ).drawn()
    }

    /// The largest gradient of a pixel's channels; the strongest hundredth has the strongest color.
    private func strength(_ gradient: Tensor<Float>) -> GradusVision.Image {
        let sizes = gradient.absoluteValue().max(axes: [2])
        return Image(sizes, colors: .heat, limit: quantile(sizes, 0.99))
    }

    /// The sum over a pixel's channels: red for the class, blue against it.
    private func signed(_ values: Tensor<Float>) -> GradusVision.Image {
        let sums = values.sum(axes: [2])
        return Image(sums, colors: .diverging, limit: quantile(sums.absoluteValue(), 0.99))
    }

    private func quantile(_ values: Tensor<Float>, _ share: Double) -> Float {
        let sorted = values.scalars.sorted()
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
}
