import ExampleSupport
import Gradus
import GradusData
import GradusVision

/// What a network gets to see in place of the images of its set.
struct PreparedImages {
    private let images: LabeledImages
    private let recipe: ImageRecipe
    private let fitted: FittedPreparation
    private let seed: Int

    init(_ setup: TrainingSetup) {
        images = setup.data.training.prefix(6)
        (recipe, fitted, seed) = (setup.record.recipe.images, setup.fitted, setup.record.seed)
    }

    /// Draws `augmented.png`, where images are changed at random, and `whitened.png`, where they are whitened.
    func draw(into folder: RunFolder) throws {
        if recipe != recipe.augmented(by: ["none"]) || recipe.crop != nil { try drawAugmented(into: folder) }
        if recipe.whitening != nil { try drawWhitened(into: folder) }
    }

    /// A row for each image: itself, then what it becomes in seven epochs, without what moves samples away from 0 to 1.
    private func drawAugmented(into folder: RunFolder) throws {
        var visible = recipe
        (visible.values, visible.whitening) = (.unit, nil)
        let pipeline = visible.pipeline(fitted)
        let epochs = (1...7).map { epoch in
            Array(images.batches(of: images.count, through: pipeline, seed: seed, epoch: epoch))[0].images
        }
        let cells = (0..<images.count).flatMap { position in
            [images.image(position)] + epochs.map { image($0[position]) { $0 } }
        }
        try grid(cells, columns: 8, title: "An image, and what it becomes in seven epochs")
            .write(to: folder.file("augmented.png"))
    }

    /// Two rows: images, and the same whitened; gray is 0, white and black are three deviations from it.
    private func drawWhitened(into folder: RunFolder) throws {
        var plain = recipe
        (plain.values, plain.whitening) = (.unit, nil)
        let own = plain.pipeline(fitted).forEvaluation
        let whole = recipe.pipeline(fitted).forEvaluation
        let (before, after) = (all(own), all(whole))
        let scale = 1 / (6 * max(after.variance().item.squareRoot(), 1e-6))
        let rows =
            (0..<images.count).map { image(before[$0]) { $0 } }
            + (0..<images.count).map { image(after[$0]) { 0.5 + $0 * scale } }
        try grid(rows, columns: images.count, title: "Above as they are, below whitened")
            .write(to: folder.file("whitened.png"))
    }

    private func all(_ pipeline: ImagePipeline) -> Tensor<Float> {
        Array(images.batches(of: images.count, through: pipeline, seed: seed, epoch: 0))[0].images
    }

    private func image(_ samples: Tensor<Float>, _ level: (Float) -> Float) -> GradusVision.Image {
        Image(
            width: samples.shape[1], height: samples.shape[0], channels: samples.shape[2],
            pixels: samples.scalars.map { UInt8((255 * max(0, min(1, level($0)))).rounded()) })
    }

    private func grid(_ images: [GradusVision.Image], columns: Int, title: String) -> GradusVision.Image {
        ImageGrid(
            images.map { ImageGrid.Cell($0) }, columns: columns, title: title,
            magnification: max(1, 84 / (images.first?.width ?? 28))
        ).drawn()
    }
}
