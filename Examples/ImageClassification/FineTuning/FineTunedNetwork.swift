import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// A network that was fine-tuned, as other commands use it.
struct FineTunedNetwork {
    let record: FineTuneRecord
    let classifier: Classifier

    /// The network of a checkpoint; nil when another command wrote it.
    ///
    /// - Throws: `FileError` or `CheckpointMismatch` when the file is damaged.
    init?(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path), let state = try? Checkpoint.state(in: path),
            let record = try FineTuneRecord.read(state, path)
        else { return nil }
        self.record = record
        let recipe = record.recipe
        let network = withRandomSeed(UInt64(recipe.seed)) {
            ImageNetwork.named(recipe.model)!.makeModel(
                classes: record.classNames.count, height: recipe.side, width: recipe.side)
        }
        _ = try Checkpoint.loadState(into: network, from: path)
        classifier = Classifier(
            title: "\(recipe.model) fine-tuned, \(path)", network: network, classNames: record.classNames,
            fit: record.preprocessing,
            preparation: ImagePipeline(normalization: record.preprocessing.normalization))
    }

    /// The images that were held out.
    func validation() throws -> LabeledImages {
        try FineTuneData(record.data, record.recipe, channels: record.preprocessing.channels).validation
    }
}
