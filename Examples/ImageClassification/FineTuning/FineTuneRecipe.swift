import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining

/// How a network is fine-tuned; two runs of one recipe on the same images do the same.
struct FineTuneRecipe: Codable, Equatable {
    /// The network's name in the list of networks.
    var model = "mobilenetv2"
    /// The side of the images as the network gets them.
    var side = 224
    /// Epochs in which the new head learns alone.
    var headEpochs = 30
    /// Epochs in which everything but ``frozen`` learns after that.
    var wholeEpochs = 0
    var batchSize = 32
    var headRate: Float = 2e-3
    var wholeRate: Float = 2e-4
    /// Weights whose names begin so never learn.
    var frozen: [String] = []
    /// Whether batch normalization learns too, and follows the new images' statistics.
    var learnsNorms = false
    /// Whether a mirrored image is one of the same class; not so with digits and letters.
    var mirrors = true
    /// The share of the images of each class that is held out.
    var validation: Float = 0.25
    /// At most so many images of a class are used, held-out ones included.
    var imagesPerClass = 200
    /// How many images of a class each point of the accuracy curve learns from.
    var curve: [Int] = []
    var seed = 1

    /// All epochs.
    var epochs: Int { headEpochs + wholeEpochs }

    /// Whether numbers from a file can be a recipe.
    var isPossible: Bool {
        (8...1024).contains(side) && Self.epochRange.contains(headEpochs) && (0...10_000).contains(wholeEpochs)
            && (1...10_000).contains(batchSize) && headRate > 0 && headRate.isFinite && wholeRate > 0
            && wholeRate.isFinite && (0.01...0.9).contains(validation) && (2...1_000_000).contains(imagesPerClass)
    }

    /// What `--epochs` takes.
    static let epochRange = 1...10_000
}

/// What the checkpoint of a fine-tuned network says of it.
struct FineTuneRecord: Codable {
    var recipe: FineTuneRecipe
    /// Where the pretrained weights came from, for a reader.
    var origin: String
    /// The file of the pretrained weights, where one was named.
    var weights: String?
    var classNames: [String]
    /// How images become the network's input.
    var preprocessing: ImagePreprocessing
    /// The folder of the images.
    var data: String
    /// How many images are learned from and held out; another number is another folder.
    var counts: [Int]
    /// Whether the head has learned, and the checkpoint is one of all layers.
    var isWhole = false
    /// The accuracy on held-out images after each epoch.
    var accuracies: [Double] = []
    /// Points of the curve that are done.
    var points: [CurvePoint] = []
    var seconds = 0.0
    var logLength = 0
    var isSmoke = false

    static let key = "fine_tuning"

    /// The record as a note of a checkpoint.
    func note() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The record of the checkpoint at `path`; nil when that was written by another command.
    static func read(_ state: TrainingState, _ path: String) throws -> FineTuneRecord? {
        guard let note = state.notes[key] else { return nil }
        guard let record = try? JSONDecoder().decode(FineTuneRecord.self, from: Data(note.utf8)),
            record.recipe.isPossible, (2...100_000).contains(record.classNames.count), record.counts.count == 2,
            [[record.recipe.side, record.recipe.side, 1], [record.recipe.side, record.recipe.side, 3]]
                .contains(record.preprocessing.shape),
            let network = TransferSource.network(record.recipe.model), network.leastSide <= record.recipe.side
        else { throw FileError(path: path, problem: "is damaged: what it says of the fine-tuning cannot be") }
        return record
    }
}

/// One measurement of the accuracy curve.
struct CurvePoint: Codable, Equatable {
    /// The three ways to come to a network.
    enum Method: String, Codable, CaseIterable {
        /// Only the new head learns.
        case frozen
        /// Then everything learns, slowly.
        case fineTuned = "fine-tuned"
        /// Everything learns, from random weights.
        case scratch = "from scratch"
    }

    let imagesPerClass: Int
    let method: Method
    let accuracy: Double
}
