import Foundation
import Gradus
import GradusModels
import GradusTraining

/// The flags that name a trained generator, and the noise that it gets.
struct GeneratorFlags: FlagGroup {
    @Flag("the folder of the run; what is made goes there too", placeholder: "FOLDER")
    var out = RunFolder.latest("image-generation")
    @Flag("a file with the network; by default the run's model.safetensors", placeholder: "FILE") var generator: String?
    @Flag("chooses the noise", 0...Int(Int32.max)) var seed = 1

    func load() throws -> TrainedGenerator { try TrainedGenerator(generator ?? "\(out)/model.safetensors") }
}

/// The flags of commands that draw.
struct DrawingFlags: FlagGroup {
    @Flag("the class of all images, counted from 0", 0...999) var `class`: Int?
    @Flag("how much each pixel is enlarged; small images are by default", 1...32) var magnification: Int?

    /// The chosen class for each of `count` images, else the first; nil for a generator without classes.
    func labels(_ count: Int, _ model: DCGANGenerator) throws -> Tensor<Int32>? {
        if let chosen = `class`, chosen >= model.classes {
            throw UsageError(
                model.classes == 0
                    ? "this generator knows no classes; train one with --conditional"
                    : "--class takes a number from 0 to \(model.classes - 1), got \(chosen)")
        }
        return model.classes == 0 ? nil : Tensor(repeating: Int32(`class` ?? 0), shape: [count])
    }
}

/// What the file of a network says about its run.
struct NetworkRecord: Codable {
    let images: ImageChoice
    let classNames: [String]
    let epochs: Int
}

/// A generator that was trained.
struct TrainedGenerator {
    let model: DCGANGenerator
    let record: NetworkRecord
    let path: String

    /// The generator of a file: of a run's model.safetensors or snapshot, or of its checkpoint, averaged where the run averages.
    ///
    /// - Throws: `FileError` when there is none.
    init(_ path: String) throws {
        let checkpoint = try openRun(path)
        self.path = path
        (model, record) = (try checkpoint.model(part: "generator"), try checkpoint.value("images"))
        let averages = "generator-averages"
        if checkpoint.parts.contains(averages) { try checkpoint.restore([(averages, .module(model))]) }
    }
}

/// The file of a run of images.
func openRun(_ path: String) throws -> Checkpoint {
    guard FileManager.default.fileExists(atPath: path) else {
        throw FileError(
            path: path, problem: "is not there",
            advice: "Train first, or name the run's folder with --out or a file with --generator.")
    }
    let checkpoint = try Checkpoint(contentsOf: path)
    guard checkpoint.parts.contains("images") else {
        throw FileError(
            path: path, problem: "is of no run that made images",
            advice: "Name another with --out; a run with --toy makes numbers.")
    }
    return checkpoint
}

extension DCGANGenerator {
    /// Noise for `count` images, `[count, Z]`; the same seed gives the same.
    func noise(_ count: Int, seed: UInt64) -> Tensor<Float> {
        Tensor(normal: [count, noise], using: RandomGenerator(seed: seed))
    }

    /// Classes for `count` images, one after another; nil without classes.
    func labels(_ count: Int) -> Tensor<Int32>? {
        classes == 0 ? nil : Tensor((0..<count).map { Int32($0 % classes) })
    }

    /// Images from 0 to 1, `[N, H, W, C]`, of the given noise, made 100 at a time.
    func images(_ noise: Tensor<Float>, labels: Tensor<Int32>?) -> Tensor<Float> {
        let count = noise.shape[0]
        let parts = stride(from: 0, to: count, by: 100).map { first in
            let range = first..<min(first + 100, count)
            return self(noise[range], labels: labels.map { $0[range] }, .inference)
        }
        return Tensor.concatenated(parts) * 0.5 + 0.5
    }
}

extension NetworkRecord {
    /// The images that the run learned from, or those of another folder in the same form.
    func chosenImages(_ data: String?) throws -> ChosenImages {
        var choice = images
        choice.folder = data ?? choice.folder
        return try ChosenImages(choice)
    }
}
