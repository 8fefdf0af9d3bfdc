import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

extension Train {
    /// Prints the data, the network and the recipe of a run, and about how long it will take.
    func describe(
        _ experiment: Experiment, _ set: LoadedSet, _ recipe: Recipe, _ classifier: ImageClassifier, batches: Int
    ) {
        let summary = classifier.summary(input: [1] + classifier.inputShape)
        let seconds = Speed.measured().trainingSeconds(
            multiplyAdds: summary.multiplyAdds, examples: recipe.epochs * batches * recipe.batchSize)
        experiment.describe([
            "data": set.description,
            "images": "\(set.training.count) to learn from, \(set.test.count) to evaluate on",
            "network": "\(classifier.network.name), \(summary.parameters) parameters", "recipe": recipe.description,
            "training": "about \(durationText(seconds))",
        ])
        show(summary.description + "\n")
        set.showLeftOut()
    }

    /// Draws `augmented.png`, where images are changed at random, and `whitened.png`, where they are whitened.
    func drawPrepared(_ experiment: Experiment, _ training: LabeledImages, _ pipeline: ImagePipeline) throws {
        let images = training.prefix(6)
        func changed(_ pipeline: ImagePipeline, epoch: Int) -> Tensor<Float> {
            Array(images.batches(of: images.count, through: pipeline, seed: experiment.seed, epoch: epoch))[0].images
        }
        func grid(_ images: [Image], columns: Int, _ title: String) -> Image {
            ImageGrid(
                images.map { ImageGrid.Cell($0) }, columns: columns, title: title,
                magnification: max(1, 84 / (images.first?.width ?? 28))
            ).drawn()
        }
        var visible = pipeline
        (visible.normalization, visible.whitening) = (.identity, nil)
        if !pipeline.transforms.isEmpty || pipeline.cutout != nil || pipeline.mixup != nil {
            let epochs = (1...7).map { changed(visible, epoch: $0) }
            let cells = (0..<images.count).flatMap { row in
                [images.image(row)] + epochs.map { Image($0[row], range: 0...1) }
            }
            try grid(cells, columns: 8, "An image, and what it becomes in seven epochs")
                .write(to: experiment.file("augmented.png"))
        }
        if pipeline.whitening != nil {
            let (before, after) = (changed(visible.forEvaluation, epoch: 0), changed(pipeline.forEvaluation, epoch: 0))
            // Gray is 0; white and black are three standard deviations away from it.
            let limit = 3 * max(after.variance().item.squareRoot(), 1e-6)
            let cells =
                (0..<images.count).map { Image(before[$0], range: 0...1) }
                + (0..<images.count).map { Image(after[$0], range: -limit...limit) }
            try grid(cells, columns: images.count, "Above as they are, below whitened")
                .write(to: experiment.file("whitened.png"))
        }
    }

    /// The test accuracy that a run with these settings should reach, by earlier measurements; nil where there are none.
    func expectedAccuracy(_ network: ImageNetwork, _ recipe: Recipe, _ set: LoadedSet, _ size: RunSize) -> Double? {
        var usual = Recipe(network, size, Train())
        usual.epochs = recipe.epochs
        guard recipe == usual, size != .smoke, images == nil, let dataset = set.source.dataset,
            dataset != .cifar10 || set.training.count == 50_000
        else { return nil }
        let epochs = recipe.epochs
        func reached(_ byEpoch: [Double]) -> Double { byEpoch[min(epochs, byEpoch.count) - 1] }
        return switch (network.name, dataset, size) {
        case ("tf-layers", .mnist, .full): epochs >= 33 ? 0.965 : nil
        case ("tf-layers", .fashion, .standard): reached([0.86, 0.885, 0.90, 0.91])
        case ("tf-layers", .mnist, .standard): reached([0.98, 0.985, 0.988, 0.99])
        case ("tf-layers", .generated, .standard): reached([0.96, 0.98])
        // The JPEG copy of CIFAR-10; the original is easier.
        case ("resnet20-cifar", .cifar10, .standard): epochs >= 6 ? 0.78 : nil
        case ("tf-cifar10", .cifar10, .standard): epochs >= 10 ? 0.73 : nil
        case ("cifar10-full", .cifar10, .standard): epochs >= 10 ? 0.628 : nil
        default: nil
        }
    }
}

extension Recipe {
    fileprivate var description: String {
        let rule =
            switch rate {
            case .constant: "at"
            case .oneCycle: "one cycle to"
            case .inverse, .milestones: "falling from"
            }
        let words =
            "\(epochs == 1 ? "1 epoch" : "\(epochs) epochs"), batches of \(batchSize), \(optimizer.rawValue) \(rule)"
        let averaged = averaging.map { ", weights averaged by \($0)" } ?? ""
        return "\(words) \(learningRate)\(averaged); images \(images.description)"
    }
}
