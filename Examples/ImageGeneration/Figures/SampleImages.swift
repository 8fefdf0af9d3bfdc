import Foundation
import Gradus
import GradusVision

/// Images `[N, H, W, C]` from 0 to 1 as images of bytes.
func imagesFromSamples(_ tensor: Tensor<Float>) -> [Image] {
    let shape = tensor.shape
    let bytes = tensor.scalars.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) }
    let size = shape[1] * shape[2] * shape[3]
    return (0..<shape[0]).map { index in
        Image(
            width: shape[2], height: shape[1], channels: shape[3],
            pixels: Array(bytes[(index * size)..<((index + 1) * size)]))
    }
}

/// Images side by side without a border, so that a film of them stays still: `columns` in a row.
func mosaic(_ images: [Image], columns: Int, magnification: Int) -> Image {
    let (width, height) = (images[0].width * magnification, images[0].height * magnification)
    let rows = (images.count + columns - 1) / columns
    let gap = 2
    var canvas = Canvas(width: columns * (width + gap) + gap, height: rows * (height + gap) + gap)
    for (index, image) in images.enumerated() {
        canvas.paste(
            image, x: gap + index % columns * (width + gap), y: gap + index / columns * (height + gap),
            magnification: magnification)
    }
    return canvas.image
}

/// How much small images are enlarged, so that they can be seen.
func usualMagnification(_ shape: [Int]) -> Int { max(1, 64 / max(shape[0], shape[1])) }
