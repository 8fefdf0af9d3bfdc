import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining

extension ImageClassifier {
    /// The classifier that a run has trained or fine-tuned.
    ///
    /// - Parameter path: the run's folder, or one of its files: `model.safetensors`, or a checkpoint.
    /// - Throws: `FileError` or `CheckpointMismatch` when it is none.
    public init(contentsOf path: String) throws {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let file = isThere && isFolder.boolValue ? "\(path)/model.safetensors" : path
        self = try Checkpoint(contentsOf: file).model()
    }

    /// A network with published weights.
    ///
    /// - Parameters:
    ///   - published: from ``PublishedWeights/all``.
    ///   - file: a file with them, of `torch.save` or safetensors; by default it is looked for.
    /// - Throws: `MissingData` or `FileError`, or `CheckpointMismatch` when they are those of another network.
    public init(published: PublishedWeights, file: String? = nil) throws {
        let file = try file ?? published.file()
        self = published.newClassifier()
        try load(torch: Self.torchTensors(file), file: file)
    }

    /// Takes the weights of all layers but the last from a file: of a network with other classes, perhaps.
    ///
    /// - Parameter file: PyTorch's, or one that this library has written.
    /// - Throws: `FileError`, or `CheckpointMismatch` when they are those of another network; nothing is changed then.
    public func loadFeatures(from file: String) throws {
        let read = file.hasSuffix(".safetensors") ? try SafeTensors(contentsOf: URL(fileURLWithPath: file)) : nil
        guard let read, read.metadata["format"] == "gradus" else {
            return try load(torch: Self.torchTensors(file), file: file, keepingHead: true)
        }
        let own = namedTensors.filter { isInHead($0.key) || $0.key.hasPrefix("whitening.") }
        let features = read.weights.filter { !isInHead($0.key) && !$0.key.hasPrefix("whitening.") }
        try load(features.merging(own) { $1 }, file: file)
    }

    private static func torchTensors(_ file: String) throws -> [String: Tensor<Float>] {
        if file.hasSuffix(".safetensors") { return try SafeTensors(contentsOf: URL(fileURLWithPath: file)).tensors }
        return try TorchWeights(contentsOf: file).tensors
    }
}

extension ImageClassifier {
    /// The input for an image of any size, `[1, H, W, C]`.
    public func input(_ image: Image) -> Tensor<Float> { input(preprocessing.fitted(image).tensor) }

    /// The likeliest classes of an image of any size, the likeliest first.
    public func classify(_ image: Image, count: Int = 5) -> [Guess] { guesses(input(image), count: count) }
}
