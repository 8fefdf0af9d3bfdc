import Foundation
import Gradus
import GradusModels
import GradusTraining
import GradusVision

/// The flags that name a trained network: that of a run or of a fine-tuning, or one with published weights.
struct NetworkFlags: FlagGroup {
    @Flag("the folder of the run", placeholder: "FOLDER") var out = RunFolder.latest("image-classification")
    @Flag("a file with the network; by default the run's model.safetensors", placeholder: "FILE") var checkpoint:
        String?
    @Flag("a network with published weights instead") var model: PublishedName?
    @Flag("these weights, of torch.save or safetensors; by default they are looked for", placeholder: "FILE")
    var weights: String?

    func check() throws {
        if weights != nil && model == nil { throw UsageError("a file of --weights belongs to --model NAME") }
        if checkpoint != nil && model != nil {
            throw UsageError("a file of --checkpoint is the network of a run, --model one with published weights")
        }
    }

    /// The file of the network.
    ///
    /// - Throws: `FileError` when the file of a run is missing.
    func path() throws -> String {
        if let model { return try weights ?? model.published.file() }
        let path = checkpoint ?? "\(out)/model.safetensors"
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                path: path, problem: "is not there",
                advice: "Train first, or name the run's folder with --out or a file with --checkpoint.")
        }
        return path
    }

    func load() throws -> ImageClassifier {
        if let model { return try ImageClassifier(published: model.published, file: weights) }
        return try ImageClassifier(contentsOf: path())
    }

    /// The images that the network was trained on; nil for published weights.
    func images() throws -> ImageSource? {
        model == nil ? try Checkpoint(contentsOf: path()).value("images") : nil
    }

    /// The folder `name` for results: in the run's folder; for published weights in the folder `--out`, or else in `out`.
    func results(_ name: String) throws -> OutputFolder {
        if model != nil { return try OutputFolder("\($out.isGiven ? out : "out")/\(name)") }
        return try OutputFolder(URL(fileURLWithPath: path()).deletingLastPathComponent().path + "/\(name)")
    }
}

/// The name of a network with published weights.
struct PublishedName: RawRepresentable, FlagValue, CaseIterable {
    let rawValue: String

    static let allCases = PublishedWeights.all.compactMap { PublishedName(rawValue: $0.network) }

    init?(rawValue: String) {
        guard PublishedWeights.of(rawValue) != nil else { return nil }
        self.rawValue = rawValue
    }

    var published: PublishedWeights { PublishedWeights.of(rawValue)! }
}

/// A share as a percentage, such as `97.3 %`.
func percent(_ share: some BinaryFloatingPoint, _ decimals: Int = 1) -> String {
    String(format: "%.\(decimals)f %%", 100 * Double(share))
}
