import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining

/// What a run's checkpoint says of it beside weights and position.
struct RunRecord: Codable {
    /// How much a run does.
    enum Size: String, Codable {
        case smoke, standard, full
    }

    /// One evaluation of the network.
    struct Evaluation: Codable, Equatable {
        var epoch: Int
        var step: Int
        var accuracy: Double
        var loss: Double
    }

    /// The network's name.
    var networkName: String
    var classNames: [String]
    /// The size of the images as they enter the preparation, `[H, W, C]`.
    var shape: [Int]
    var recipe: Recipe
    var images: ImageSource
    /// Where the images came from, for a reader.
    var source: String
    /// Tells these images from any other.
    var fingerprint: String
    var seed: Int
    var size: Size
    var evaluations: [Evaluation] = []
    /// How long the run has taken before the checkpoint, in seconds.
    var seconds = 0.0
    /// How long the log was when the checkpoint was written; what came later is written again.
    var logLength = 0

    private static let key = "image_classification"

    /// The record as notes of a checkpoint; network, number of classes and seed stand there by themselves too, for other readers.
    func notes() throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return [
            Self.key: String(decoding: try encoder.encode(self), as: UTF8.self), "network": networkName,
            "classes": "\(classNames.count)", "seed": "\(seed)",
        ]
    }

    /// The record of the checkpoint at `path`.
    static func read(_ state: TrainingState, _ path: String) throws -> RunRecord {
        guard let note = state.notes[key],
            let record = try? JSONDecoder().decode(RunRecord.self, from: Data(note.utf8)), record.isPossible
        else {
            throw FileError(
                path: path,
                problem: "is no checkpoint of image-classification; name the folder of a run of it with --out")
        }
        return record
    }

    private var isPossible: Bool {
        ImageNetwork.named(networkName) != nil && shape.count == 3 && shape.allSatisfy { (1...4096).contains($0) }
            && (1...100_000).contains(classNames.count)
            && TrainSettings.counts.contains(recipe.epochs) && TrainSettings.counts.contains(recipe.batchSize)
            && recipe.images.problem == nil
    }

    /// The kind of network.
    var network: ImageNetwork { ImageNetwork.named(networkName) ?? ImageNetwork.all[0] }

    /// A network of the run, as it was when the run began.
    func newNetwork() -> ImageClassifier {
        network.newModel(input: recipe.images.networkInput(shape), classes: classNames.count, seed: seed)
    }
}

extension ImageRecipe {
    /// The shape `[H, W, C]` that the network gets, from the images'.
    func networkInput(_ shape: [Int]) -> [Int] { crop.map { [$0, $0, shape[2]] } ?? shape }
}
