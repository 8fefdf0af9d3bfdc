import Gradus
import GradusData
import GradusSVM
import GradusVision

/// What is known of the images, computed when it is first needed: their bytes, their gradients and colors.
final class FeatureStore {
    let images: ChosenImages
    let labels: Tensor<Int32>
    let testLabels: Tensor<Int32>
    let descriptor: HOG
    /// What cross-validation has chosen, by method and number of images.
    var choices: [String: Any] = [:]
    /// How many training images are needed at most.
    private let most: Int

    init(_ images: ChosenImages, cellSize: Int, most: Int) {
        (self.images, self.most) = (images, most)
        (labels, testLabels) = (images.training.labels, images.test.labels)
        descriptor = HOG(cellSize: cellSize)
    }

    private(set) lazy var bytes = images.training.prefix(most).bytes
    private(set) lazy var testBytes = images.test.bytes

    /// HOG, and for color images the histogram of hues, `[N, D]`.
    private(set) lazy var gradients = features(images.training.prefix(most))
    private(set) lazy var testGradients = features(images.test)

    private func features(_ images: LabeledImages) -> Tensor<Float> {
        let (descriptor, hues, isGray) = (descriptor, HueHistogram(bins: 10), self.images.training.imageShape[2] == 1)
        return images.featureRows { isGray ? descriptor($0) : descriptor($0) + hues($0) }
    }

    /// The rows that a method works on: the first `count` to learn from.
    func rows(_ kind: RowKind, count: Int) -> Tensor<Float> {
        switch kind {
        case .pixels: Tensor<Float>(bytes[0..<count])
        case .gradients: gradients[0..<count]
        }
    }

    /// The rows to evaluate on.
    func testRows(_ kind: RowKind) -> Tensor<Float> {
        switch kind {
        case .pixels: Tensor<Float>(testBytes)
        case .gradients: testGradients
        }
    }
}

/// What an image is to a method that takes rows of numbers.
enum RowKind {
    case pixels, gradients
}
