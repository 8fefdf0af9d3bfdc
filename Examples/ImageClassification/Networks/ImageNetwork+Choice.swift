import ExampleSupport
import Gradus
import GradusModels

extension ImageNetwork {
    static var names: [String] { all.map(\.name) }

    /// The network that `--model` names, if it does.
    ///
    /// - Throws: `UsageError` for an unknown name, with the nearest known one.
    static func chosen(_ flags: Flags) throws -> ImageNetwork? {
        try flags.choice("--model", of: names).flatMap(named)
    }

    /// The size that images of a set are brought to, `[H, W, C]`, from the size that they have: larger where the network needs it.
    func imageShape(_ images: [Int]) -> [Int] {
        let least = Swift.max(leastSide, Recipe.usual(for: name).images.crop ?? 1)
        // A side that is far too short is for the reader to hear of.
        guard Swift.min(images[0], images[1]) >= ImageSource.leastSide else { return images }
        return [Swift.max(images[0], least), Swift.max(images[1], least), images[2]]
    }

    /// The size that files of images are brought to, `[H, W, C]`.
    var fileShape: [Int] { imageShape([Swift.max(32, inputShape[0]), Swift.max(32, inputShape[1]), 3]) }

    /// A model with new weights for images `[H, W, C]`.
    func newModel(input: [Int], classes: Int, seed: Int) -> ImageClassifier {
        withRandomSeed(UInt64(seed)) {
            makeModel(classes: classes, height: input[0], width: input[1], channels: input[2])
        }
    }
}
