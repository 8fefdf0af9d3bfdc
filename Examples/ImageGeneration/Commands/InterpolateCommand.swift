import ExampleSupport
import Foundation
import Gradus
import GradusModels
import GradusVision

/// Walks through the space of noise.
struct InterpolateCommand {
    private let flags: Flags
    private let points: Int
    private let steps: Int
    private let seed: Int
    private let coordinate: Int?
    private let classNumber: Int?
    private let magnification: Int?

    init(_ flags: Flags) throws {
        self.flags = flags
        points = try flags.integer("--points", in: 2...100) ?? 9
        steps = try flags.integer("--steps", in: 1...100) ?? 8
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        coordinate = try flags.integer("--sweep", in: 0...4095)
        classNumber = try flags.integer("--class", in: 0...999)
        magnification = try flags.integer("--magnification", in: 1...32)
    }

    func run() throws {
        let network = try TrainedGenerator(flags)
        if let classNumber, classNumber >= network.classes {
            throw UsageError(
                network.classes == 0
                    ? "this generator knows no classes; train one with --conditional"
                    : "--class takes a number from 0 to \(network.classes - 1), got \(classNumber)")
        }
        let folder = try RunFolder(flags.text("--out") ?? "out/image-generation")
        if let coordinate {
            guard coordinate < network.model.noise else {
                throw UsageError("--sweep takes a number from 0 to \(network.model.noise - 1), got \(coordinate)")
            }
            try sweep(coordinate, network, folder)
        } else {
            try walk(network, folder)
        }
        folder.listFiles()
    }

    private func images(_ noise: Tensor<Float>, _ network: TrainedGenerator) -> [Image] {
        let labels = network.classes == 0 ? nil : Tensor(repeating: Int32(classNumber ?? 0), shape: [noise.shape[0]])
        return imagesFromSamples(network.images(noise, labels: labels))
    }

    /// From point to point and back to the first: a row from each point toward the next.
    private func walk(_ network: TrainedGenerator, _ folder: RunFolder) throws {
        let ends = network.noise(points, seed: seed)
        let way = (0..<points).flatMap { point in
            (0..<steps).map { step in
                sphericalInterpolation(ends[point], ends[(point + 1) % points], Double(step) / Double(steps))
            }
        }
        let made = images(Tensor.stacked(way), network)
        let size = magnification ?? usualMagnification(network.shape)
        try mosaic(made, columns: steps, magnification: size).write(to: folder.file("interpolation.png"))
        // All points set out at once; each cell follows the whole way.
        let columns = Int(Double(points).squareRoot().rounded(.up))
        let frames = made.indices.map { time in
            let cells = (0..<points).map { made[($0 * steps + time) % made.count] }
            return mosaic(cells, columns: columns, magnification: 2 * size)
        }
        try AnimatedPNG(frames, secondsPerFrame: 0.1).write(to: folder.file("interpolation-film.png"))
    }

    /// One coordinate of eight noises from −3 to 3, all others as they are: a row each.
    private func sweep(_ coordinate: Int, _ network: TrainedGenerator, _ folder: RunFolder) throws {
        let (rows, columns) = (8, 11)
        let noise = network.noise(rows, seed: seed)
        let swept = (0..<rows).flatMap { row in
            (0..<columns).map { column -> Tensor<Float> in
                var own = noise[row]
                own.withUnsafeMutableElements { $0[coordinate] = -3 + 6 * Float(column) / Float(columns - 1) }
                return own
            }
        }
        let size = magnification ?? usualMagnification(network.shape)
        try mosaic(images(Tensor.stacked(swept), network), columns: columns, magnification: size)
            .write(to: folder.file("sweep-\(coordinate).png"))
    }

    static let help = HelpText(
        program: "image-generation interpolate",
        summary: "walks through the space of noise with a trained generator, along the sphere from point to point, or "
            + "along one coordinate.",
        examples: [
            ("swift run -c release image-generation interpolate", "between 9 points, 8 images each"),
            ("swift run -c release image-generation interpolate --sweep 12", "coordinate 12 from −3 to 3"),
        ],
        flags: SampleCommand.generatorFlags + [
            FlagSpecification("--points", .value("N"), "noises to visit (default 9)"),
            FlagSpecification("--steps", .value("N"), "images from one to the next (default 8)"),
            FlagSpecification("--sweep", .value("N"), "change this coordinate alone, counted from 0"),
            FlagSpecification("--class", .value("N"), "the class of all images, counted from 0 (default 0)"),
        ])
}
