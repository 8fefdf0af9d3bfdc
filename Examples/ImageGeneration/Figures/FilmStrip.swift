import Foundation
import GradusVision

/// The samples of a run over time: a row of the first ones for each step, and an animation of whole grids.
struct FilmStrip {
    private let sampleSchedule: SampleSchedule
    private let shape: [Int]

    init(_ sampleSchedule: SampleSchedule, _ shape: [Int]) {
        (self.sampleSchedule, self.shape) = (sampleSchedule, shape)
    }

    /// The grids of all sample steps as an animation.
    func animated() throws -> AnimatedPNG? {
        let grids = try sampleSchedule.images.map { try Image(contentsOf: $0.path) }
        return grids.isEmpty ? nil : AnimatedPNG(grids, secondsPerFrame: 0.6, lastSeconds: 3)
    }

    /// A row for each sample step, with its first eight samples.
    func drawn() throws -> Image? {
        let magnification = usualMagnification(shape)
        let (width, height, gap, left) = (shape[1] * magnification, shape[0] * magnification, 2, 76)
        let images = sampleSchedule.images
        guard !images.isEmpty else { return nil }
        var canvas = Canvas(width: left + 8 * (width + gap) + gap, height: images.count * (height + gap) + gap)
        for (row, image) in images.enumerated() {
            let grid = try Image(contentsOf: image.path)
            let y = gap + row * (height + gap)
            canvas.paste(grid.cropped(x: gap, y: gap, width: 8 * (width + gap) - gap, height: height), x: left, y: y)
            try? canvas.text(
                "\(image.step)", x: left - 8, y: y + height / 2, font: Font(size: 14), anchor: .right, level: .middle)
        }
        return canvas.image
    }
}
