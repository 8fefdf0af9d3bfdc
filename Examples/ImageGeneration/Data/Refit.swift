import Gradus
import GradusData
import GradusVision

/// Brings the pictures of a set to another size or number of channels.
struct Refit {
    /// Height, width and channels afterwards.
    let shape: [Int]
    private let own: [Int]

    init(_ own: [Int], size: Int?, isGrey: Bool?) {
        self.own = own
        shape = [size ?? own[0], size ?? own[1], isGrey.map { $0 ? 1 : 3 } ?? own[2]]
    }

    func callAsFunction(_ images: LabelledImages) -> LabelledImages {
        if shape == own { return images }
        let prepare = PicturePreparation(width: shape[1], height: shape[0], channels: shape[2])
        let pixels = (0..<images.count).flatMap { position in
            prepare(Image(width: own[1], height: own[0], channels: own[2], pixels: images.pixels(position))).pixels
        }
        return LabelledImages(
            Tensor(pixels, shape: [images.count] + shape), Tensor((0..<images.count).map { Int32(images.label($0)) }),
            classNames: images.classNames)
    }
}
