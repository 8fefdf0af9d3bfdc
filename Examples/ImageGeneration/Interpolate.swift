import Foundation
import Gradus
import GradusModels
import GradusTraining
import GradusVision

/// Draws what a trained generator makes of noise that changes gradually.
struct Interpolate: Command {
    static let name = "interpolate"
    static let summary =
        "walks through the space of noise with a trained generator, along the sphere from point to point, or along one "
        + "coordinate."
    static let examples = [
        CommandExample("interpolate", "between 9 points, 8 images each"),
        CommandExample("interpolate --sweep 12", "coordinate 12 from −3 to 3"),
    ]

    let source = GeneratorFlags()
    let drawing = DrawingFlags()
    @Flag("noises to visit", 2...100) var points = 9
    @Flag("images from one to the next", 1...100) var steps = 8
    @Flag("change this coordinate alone, counted from 0", 0...4095) var sweep: Int?

    func run() throws {
        let model = try source.load().model
        // Reports a wrong --class before anything is drawn.
        _ = try drawing.labels(1, model)
        let folder = try OutputFolder(source.out)
        if let sweep {
            guard sweep < model.noise else {
                throw $sweep.error("expected a number from 0 to \(model.noise - 1), got \(sweep)")
            }
            try self.sweep(sweep, model, folder)
        } else {
            try walk(model, folder)
        }
        folder.listFiles()
    }

    private func images(_ noises: [Tensor<Float>], _ model: DCGANGenerator) throws -> [Image] {
        Image.all(
            of: model.images(Tensor.stacked(noises), labels: try drawing.labels(noises.count, model, otherwise: 0)))
    }

    /// Draws the way from point to point and back to the first: a row from each point toward the next, and a film.
    private func walk(_ model: DCGANGenerator, _ folder: OutputFolder) throws {
        let ends = model.noise(points, seed: UInt64(source.seed))
        let path = (0..<points).flatMap { point in
            (0..<steps).map { step in
                sphericalInterpolation(ends[point], ends[(point + 1) % points], Double(step) / Double(steps))
            }
        }
        let made = try images(path, model)
        let cells = made.enumerated().map { index, image in
            ImageGrid.Cell(image, caption: [index % steps == 0 ? "noise \(index / steps + 1)" : ""])
        }
        try drawing.grid(cells, columns: steps, "Each row: from one noise toward the next", model.imageShape)
            .write(to: folder.file("interpolation.png"))
        // Each cell of the film begins at another point, and follows the whole path.
        let columns = Int(Double(points).squareRoot().rounded(.up))
        let frames = made.indices.map { time in
            Image.mosaic(
                (0..<points).map { made[($0 * steps + time) % made.count] }, columns: columns,
                magnification: 2 * drawing.enlargement(model.imageShape))
        }
        try AnimatedPNG(frames, secondsPerFrame: 0.1).write(to: folder.file("interpolation-film.png"))
    }

    /// Draws a row for each of eight noise vectors: one coordinate goes from −3 to 3, the others keep their values.
    private func sweep(_ coordinate: Int, _ model: DCGANGenerator, _ folder: OutputFolder) throws {
        let (rows, columns) = (8, 11)
        let noise = model.noise(rows, seed: UInt64(source.seed))
        let values = (0..<columns).map { -3 + 6 * Float($0) / Float(columns - 1) }
        let swept = (0..<rows).flatMap { row in
            values.map { value -> Tensor<Float> in
                var changed = noise[row]
                changed.withUnsafeMutableElements { $0[coordinate] = value }
                return changed
            }
        }
        let cells = try images(swept, model).enumerated().map { index, image in
            ImageGrid.Cell(image, caption: [String(format: "%.1f", values[index % columns])])
        }
        try drawing.grid(
            cells, columns: columns, "Coordinate \(coordinate) from −3 to 3, a row for each noise", model.imageShape
        )
        .write(to: folder.file("sweep-\(coordinate).png"))
    }
}
