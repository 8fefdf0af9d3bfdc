import ExampleSupport
import Foundation
import Gradus
import GradusModels
import GradusTraining

/// A generator that was trained, as other commands use it.
struct TrainedGenerator {
    let record: RunRecord
    let model: DCGANGenerator
    let path: String

    /// Height, width and channels of an image.
    var shape: [Int] { record.recipe.imageShape }
    /// The number of classes that can be chosen; 0 without.
    var classes: Int { record.recipe.classes }

    /// The generator of a run's checkpoint, averaged where the run averages, or an exported one.
    ///
    /// - Throws: `FileError` when there is none, or an error that says what is wrong with it.
    init(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path,
                problem: "is not there; train first, or name the run's folder with --out or a file with --generator")
        }
        self.path = path
        let metadata = try SafeTensors(contentsOf: URL(fileURLWithPath: path)).metadata
        if let note = metadata[RunRecord.key] {
            record = try RunRecord(note, path)
            model = record.recipe.newGenerator()
            try model.load(from: path)
        } else {
            let record = try RunRecord(Checkpoint.state(in: path).notes[RunRecord.key], path)
            self.record = record
            model = record.recipe.newGenerator()
            _ = try Checkpoint.loadState(into: model, from: path)
            let averaged = try GANTrainer.averagedGenerator(in: path)
            if !averaged.isEmpty { try model.load(averaged, file: path) }
        }
    }

    /// The generator that `--generator` names, else the exported one of the run in the `--out` folder, else its
    /// checkpoint's.
    init(_ flags: Flags) throws {
        let folder = flags.text("--out") ?? "out/image-generation"
        let exported = "\(folder)/generator.safetensors"
        let checkpoint = "\(folder)/checkpoint.safetensors"
        let own = FileManager.default.fileExists(atPath: exported) ? exported : checkpoint
        try self.init(flags.text("--generator") ?? own)
    }

    /// Writes a generator alone, with what is needed to make it again.
    static func export(_ model: DCGANGenerator, _ record: RunRecord, to path: String) throws {
        var record = record
        (record.watch, record.logLength) = (ModeCollapseDetector(), 0)
        let metadata = ["format": "gradus", RunRecord.key: try record.note()]
        try SafeTensors(tensors: model.namedTensors, metadata: metadata).write(to: URL(fileURLWithPath: path))
    }

    /// Noise for `count` images, `[count, Z]`; the same seed gives the same.
    func noise(_ count: Int, seed: Int) -> Tensor<Float> {
        Tensor(normal: [count, model.noise], using: RandomGenerator(seed: UInt64(seed)))
    }

    /// Classes for `count` images, one after another; `nil` without classes.
    func labels(_ count: Int) -> Tensor<Int32>? {
        classes == 0 ? nil : Tensor((0..<count).map { Int32($0 % classes) })
    }

    /// Images from 0 to 1, `[N, H, W, C]`, of the given noise, made 100 at a time.
    func images(_ noise: Tensor<Float>, labels: Tensor<Int32>? = nil) -> Tensor<Float> {
        generated(by: model, noise, labels: labels)
    }

    /// `count` images from 0 to 1, `[count, H, W, C]`; without labels, of one class after another.
    func samples(_ count: Int, seed: Int, labels: Tensor<Int32>? = nil) -> Tensor<Float> {
        images(noise(count, seed: seed), labels: labels ?? self.labels(count))
    }
}

/// A discriminator that was trained.
struct TrainedDiscriminator {
    let record: RunRecord
    let model: DCGANDiscriminator

    /// The discriminator of a run's checkpoint.
    ///
    /// - Throws: `FileError` when there is none, or an error that says what is wrong with it.
    init(_ path: String) throws {
        record = try RunRecord(Checkpoint.state(in: path).notes[RunRecord.key], path)
        model = record.recipe.newDiscriminator()
        try model.load(GANTrainer.discriminatorWeights(in: path), file: path)
    }
}

/// Images from 0 to 1 of the given noise, made 100 at a time.
func generated(by model: DCGANGenerator, _ noise: Tensor<Float>, labels: Tensor<Int32>?) -> Tensor<Float> {
    let count = noise.shape[0]
    let parts = stride(from: 0, to: count, by: 100).map { first in
        let range = first..<min(first + 100, count)
        return model(noise[range], labels: labels.map { $0[range] }, .inference)
    }
    return Tensor.concatenated(parts) * 0.5 + 0.5
}
