import Foundation
import Gradus
import GradusModels
import GradusTraining
import GradusVision

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

    static let noClasses = UsageError("this generator knows no classes; train one with --conditional")

    func enlargement(_ shape: [Int]) -> Int { magnification ?? usualMagnification(shape) }

    /// Images with words under them.
    func grid(_ cells: [ImageGrid.Cell], columns: Int, _ title: String, _ shape: [Int]) -> Image {
        ImageGrid(cells, columns: columns, title: title, magnification: enlargement(shape)).drawn()
    }

    /// The chosen class for each of `count` images; without one the class `other`, or else one class after another. Nil for a
    /// generator without classes.
    func labels(_ count: Int, _ model: DCGANGenerator, otherwise other: Int? = nil) throws -> Tensor<Int32>? {
        if let chosen = `class`, chosen >= model.classes {
            guard model.classes > 0 else { throw Self.noClasses }
            throw $class.error("expected a number from 0 to \(model.classes - 1), got \(chosen)")
        }
        guard model.classes > 0, let number = `class` ?? other else { return model.labels(count) }
        return Tensor(repeating: Int32(number), shape: [count])
    }
}

/// What the file of a network says about its run.
struct NetworkRecord: Codable {
    let images: ImageSetChoice
    let classNames: [String]
    let epochs: Int

    /// Whether it was a smoke run, which limits its images: its evaluation should be as short.
    var isSmoke: Bool { images.limit != nil }

    /// The images that the run learned from, or those of another folder in the same form.
    func imageSet(_ data: String?) throws -> ImageSet {
        var choice = images
        choice.folder = data ?? choice.folder
        return try ImageSet(choice)
    }
}

/// A trained generator.
struct TrainedGenerator {
    let model: DCGANGenerator
    let record: NetworkRecord
    let path: String

    /// Loads the generator from a run's model.safetensors, snapshot or checkpoint, with averaged weights where there are any.
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

/// Opens the file of a run that generates images.
///
/// - Throws: `FileError` when there is none, or it is of another run.
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
