import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusVision

/// The images of a finished fine-tuning.
struct FineTuneImages {
    private let setup: FineTuneSetup
    private let transfer: TransferNetwork
    private let record: FineTuneRecord

    init(_ setup: FineTuneSetup, _ transfer: TransferNetwork, _ record: FineTuneRecord) {
        (self.setup, self.transfer, self.record) = (setup, transfer, record)
    }

    func draw(_ evaluation: ConfusionMatrix, in folder: RunFolder) throws {
        let images = setup.data.validation
        if images.classNames.count <= 60 {
            try ConfusionMatrixImage(
                evaluation.counts, classNames: images.classNames,
                title: "\(images.count) held-out images, \(percent(Float(evaluation.accuracy))) right"
            ).drawn().write(to: folder.file("confusion-matrix.png"))
        }
        try drawGuesses(in: folder)
        if !record.points.isEmpty {
            let chart = TransferChart(
                points: record.points,
                title: "\(setup.recipe.model) on \(URL(fileURLWithPath: record.data).lastPathComponent): three ways")
            for line in chart.table { show(line) }
            try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: folder.file("curve.svg")))
        }
    }

    /// Held-out images with what the network says: the wrong ones first, the surest first among them.
    private func drawGuesses(in folder: RunFolder) throws {
        let images = setup.data.validation
        var guesses: [(position: Int, predicted: Int, probability: Float)] = []
        for (index, batch) in images.batches(of: 16, through: transfer.pipeline, seed: 0, epoch: 0).enumerated() {
            let (values, classes) = transfer.network(batch.images, .inference).softmax().topK(1)
            for row in 0..<batch.labels.count {
                guesses.append((16 * index + row, Int(classes.element(at: row, 0)), values.element(at: row, 0)))
            }
        }
        let wrong = guesses.filter { $0.predicted != images.label($0.position) }
            .sorted { $0.probability > $1.probability }
        let right = guesses.filter { $0.predicted == images.label($0.position) }
        let shape = images.imageShape
        let cells = (wrong.prefix(18) + right).prefix(24).map { guess in
            let name = images.classNames[images.label(guess.position)]
            let isRight = guess.predicted == images.label(guess.position)
            let image = Image(
                width: shape[1], height: shape[0], channels: shape[2], pixels: images.pixels(guess.position))
            return ImageGrid.Cell(
                image.resized(width: 112, height: 112, filter: shape[0] <= 56 ? .nearest : .bicubic),
                caption: [
                    name, "\(isRight ? "=" : "→") \(images.classNames[guess.predicted]) \(percent(guess.probability))",
                ])
        }
        try ImageGrid(cells, columns: 6, title: "Held-out images: class → what the network says, mistakes first")
            .drawn().write(to: folder.file("held-out.png"))
    }
}
