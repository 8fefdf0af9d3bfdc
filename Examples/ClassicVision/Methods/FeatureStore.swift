import Gradus
import GradusData
import GradusSVM
import GradusVision

/// What is known of the pictures, computed when it is first needed: their bytes, their gradients and colours.
final class FeatureStore {
    let pictures: ChosenPictures
    let labels: Tensor<Int32>
    let testLabels: Tensor<Int32>
    let descriptor: HOG
    /// What cross-validation has chosen, by method and number of pictures.
    var choices: [String: Any] = [:]
    /// How many training pictures are needed at most.
    private let most: Int

    init(_ pictures: ChosenPictures, cellSize: Int, most: Int) {
        (self.pictures, self.most) = (pictures, most)
        (labels, testLabels) = (pictures.training.labels, pictures.test.labels)
        descriptor = HOG(cellSize: cellSize)
    }

    private(set) lazy var bytes = pictures.training.prefix(most).bytes
    private(set) lazy var testBytes = pictures.test.bytes

    /// HOG, and for colour pictures the histogram of hues, `[N, D]`.
    private(set) lazy var gradients = features(pictures.training.prefix(most))
    private(set) lazy var testGradients = features(pictures.test)

    private func features(_ images: LabelledImages) -> Tensor<Float> {
        let (descriptor, hues, isGrey) = (descriptor, HueHistogram(bins: 10), pictures.isGrey)
        return images.featureRows { isGrey ? descriptor($0) : descriptor($0) + hues($0) }
    }

    /// The rows that a method works on: the first `count` to learn from.
    func rows(_ kind: RowKind, count: Int) -> Tensor<Float> {
        switch kind {
        case .pixels: Tensor<Float>(bytes[0..<count])
        case .gradients: gradients[0..<count]
        }
    }

    /// The rows to judge by.
    func testRows(_ kind: RowKind) -> Tensor<Float> {
        switch kind {
        case .pixels: Tensor<Float>(testBytes)
        case .gradients: testGradients
        }
    }
}

/// What a picture is to a method that takes rows of numbers.
enum RowKind {
    case pixels, gradients
}
