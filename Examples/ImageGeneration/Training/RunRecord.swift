import Foundation
import Gradus
import GradusModels

/// What a run's checkpoint and its exported generator say of it beside weights and position.
struct RunRecord: Codable {
    var recipe: Recipe
    var size: String
    /// What the images are called, and the folder that `--data` named.
    var dataName: String
    var dataFolder: String?
    var cropSide: Int?
    /// The classifier that evaluates samples at some epochs.
    var classifier: String?
    /// The Fréchet distance after the last of these epochs.
    var distance: Double?
    var images: Int
    /// The names of the classes, whether the networks are told them or not.
    var classNames: [String]
    /// What was seen of collapses so far.
    var watch = ModeCollapseDetector()
    /// How long the log was when the checkpoint was written; what came later is written again.
    var logLength = 0

    static let key = "image_generation"

    init(_ recipe: Recipe, size: String, _ data: ChosenImages, cropSide: Int?) {
        (self.recipe, self.size, dataName, dataFolder) = (recipe, size, data.name, data.folder)
        self.cropSide = cropSide
        (images, classNames) = (data.count, data.classNames)
    }

    /// The record as a note of a checkpoint.
    func note() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The record that a note of the file at `path` holds.
    init(_ note: String?, _ path: String) throws {
        guard let note, let record = try? JSONDecoder().decode(RunRecord.self, from: Data(note.utf8)),
            record.recipe.isPossible
        else { throw FileError(path: path, problem: "is no network of image-generation") }
        self = record
    }
}
