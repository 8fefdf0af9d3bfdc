import Foundation
import GradusVision

/// Images of a run at growing steps, in a folder of their own: a film.
struct Film {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    /// The image of a step.
    func path(_ step: Int) -> String { "\(folder)/step-\(String(format: "%06d", step)).png" }

    func add(_ image: Image, _ step: Int) throws { try image.write(to: path(step)) }

    /// All images, by step.
    func frames() throws -> [(step: Int, image: Image)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let steps = names.compactMap { name in
            name.hasPrefix("step-") && name.hasSuffix(".png") ? Int(name.dropFirst(5).dropLast(4)) : nil
        }
        return try steps.sorted().map { ($0, try Image(contentsOf: path($0))) }
    }

    /// One image after the other, the last for three seconds.
    func animation(secondsPerFrame: Double) throws -> AnimatedPNG {
        AnimatedPNG(try frames().map(\.image), secondsPerFrame: secondsPerFrame, lastSeconds: 3)
    }

    /// A row for each step, with the first eight images of its mosaic, each of the given height and width.
    func strip(_ shape: [Int]) throws -> Image {
        let magnification = usualMagnification(shape)
        let (width, height, gap, left) = (shape[1] * magnification, shape[0] * magnification, 2, 76)
        let frames = try frames()
        var canvas = Canvas(width: left + 8 * (width + gap) + gap, height: frames.count * (height + gap) + gap)
        for (row, frame) in frames.enumerated() {
            let y = gap + row * (height + gap)
            let first = frame.image.cropped(x: gap, y: gap, width: 8 * (width + gap) - gap, height: height)
            canvas.paste(first, x: left, y: y)
            try? canvas.text(
                "\(frame.step)", x: left - 8, y: y + height / 2, font: Font(size: 14), anchor: .right, level: .middle)
        }
        return canvas.image
    }
}

/// How much small images are enlarged, so that they can be seen.
func usualMagnification(_ shape: [Int]) -> Int { max(1, 64 / max(shape[0], shape[1])) }
