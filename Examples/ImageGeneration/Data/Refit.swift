import Gradus
import GradusData
import GradusVision

/// Brings the images of a set to another size or number of channels.
struct Refit {
    /// Height, width and channels afterwards.
    let shape: [Int]
    private let own: [Int]

    init(_ own: [Int], height: Int?, width: Int?, channels: Int?) {
        self.own = own
        shape = [height ?? own[0], width ?? own[1], channels ?? own[2]]
    }

    func callAsFunction(_ images: LabeledImages) -> LabeledImages {
        if shape == own { return images }
        let prepare = ImagePreparation(width: shape[1], height: shape[0], channels: shape[2])
        var pixels: [UInt8] = []
        pixels.reserveCapacity(images.count * prepare.sampleCount)
        for position in 0..<images.count {
            let image = Image(width: own[1], height: own[0], channels: own[2], pixels: images.pixels(position))
            pixels += prepare(image).pixels
        }
        return LabeledImages(
            Tensor(pixels, shape: [images.count] + shape), Tensor((0..<images.count).map { Int32(images.label($0)) }),
            classNames: images.classNames)
    }
}
