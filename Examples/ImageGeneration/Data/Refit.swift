import Gradus
import GradusData
import GradusVision

/// Brings the images of a set to another size or number of channels.
struct Refit {
    /// Height, width and channels afterwards.
    let shape: [Int]

    init(_ own: [Int], height: Int?, width: Int?, channels: Int?) {
        shape = [height ?? own[0], width ?? own[1], channels ?? own[2]]
    }

    func callAsFunction(_ images: LabeledImages) -> LabeledImages {
        images.fitted(to: ImagePreprocessing(height: shape[0], width: shape[1], channels: shape[2]))
    }
}
