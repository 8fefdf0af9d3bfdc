import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusTraining
import GradusVision

/// A run of this program as other commands use it: its network, and what its checkpoint says.
struct TrainedRun {
    let record: RunRecord
    let state: TrainingState
    let classifier: Classifier

    /// The run of a checkpoint; with averaged weights, if it keeps any, in place of the last ones.
    ///
    /// - Throws: `FileError` when there is none, or an error that says what is wrong with it.
    init(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(path: path, problem: "is not there; train first, or name the run's folder with --out")
        }
        record = try RunRecord.read(Checkpoint.state(in: path), path)
        let network = record.newNetwork()
        state = try Checkpoint.loadState(into: network, from: path)
        if record.recipe.averaging != nil { try network.load(state.averagedWeights, file: path) }
        let fitted = FittedPreparation(state)
        guard fitted.fits(record.recipe.images, shape: record.shape) else {
            throw FileError(path: path, problem: "is damaged: what its images are prepared by is missing")
        }
        classifier = Classifier(
            title: "\(record.networkName), \(path), step \(state.step)", network: network,
            classNames: record.classNames, fit: record.images.fit(record.shape),
            preparation: record.recipe.images.pipeline(fitted).forEvaluation)
    }

    /// The run in the `--out` folder.
    init(_ flags: Flags) throws { try self.init(Self.path(flags)) }

    /// The checkpoint that `--checkpoint` names, else that of the run in the `--out` folder.
    static func path(_ flags: Flags) -> String {
        flags.text("--checkpoint")
            ?? "\(flags.text("--out") ?? TrainSettings.usualFolder)/\(TrainingRun.checkpointName)"
    }

    /// The images that the run was evaluated on, with those that it learned from.
    func data() throws -> ChosenData {
        try ChosenData(record.images, network: record.network, isSmoke: record.size == .smoke)
    }
}

extension TrainingState {
    private static var prefix: String { "average/" }

    /// Averaged weights by the weights' names.
    var averagedWeights: [String: Tensor<Float>] {
        Dictionary(
            uniqueKeysWithValues: tensors.filter { $0.key.hasPrefix(Self.prefix) }.map {
                (String($0.key.dropFirst(Self.prefix.count)), $0.value)
            })
    }

    /// Averaged weights as tensors of a checkpoint.
    static func averages(_ values: [String: Tensor<Float>]) -> [String: Tensor<Float>] {
        Dictionary(uniqueKeysWithValues: values.map { (prefix + $0.key, $0.value) })
    }
}
