import Foundation
import Gradus
import GradusVision

/// Pictures `[N, H, W, C]` from 0 to 1 as images of bytes.
func images(_ tensor: Tensor<Float>) -> [Image] {
    let shape = tensor.shape
    let bytes = tensor.scalars.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) }
    let size = shape[1] * shape[2] * shape[3]
    return (0..<shape[0]).map { index in
        Image(
            width: shape[2], height: shape[1], channels: shape[3],
            pixels: Array(bytes[(index * size)..<((index + 1) * size)]))
    }
}

/// Pictures side by side without a border, so that a film of them stays still: `columns` in a row.
func mosaic(_ pictures: [Image], columns: Int, magnification: Int) -> Image {
    let (width, height) = (pictures[0].width * magnification, pictures[0].height * magnification)
    let rows = (pictures.count + columns - 1) / columns
    let gap = 2
    var canvas = Canvas(width: columns * (width + gap) + gap, height: rows * (height + gap) + gap)
    for (index, picture) in pictures.enumerated() {
        canvas.paste(
            picture, x: gap + index % columns * (width + gap), y: gap + index / columns * (height + gap),
            magnification: magnification)
    }
    return canvas.image
}

/// How much small pictures are enlarged, so that they can be seen.
func usualMagnification(_ shape: [Int]) -> Int { max(1, 64 / max(shape[0], shape[1])) }
