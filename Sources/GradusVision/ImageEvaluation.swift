import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusModels

/// What a classifier makes of images whose classes are known.
public struct ImageEvaluation {
    /// An image, and what it was taken for.
    public struct Guess: Sendable {
        /// Its position among the images.
        public let position: Int
        /// The likeliest class.
        public let predicted: Int
        /// The probability of that class.
        public let probability: Float
    }

    /// Right classes against predicted ones.
    public private(set) var matrix: ConfusionMatrix
    /// The mean cross-entropy, in nats.
    public private(set) var loss = 0.0
    /// What each image was taken for.
    public private(set) var guesses: [Guess] = []
    private let images: LabeledImages

    /// Evaluates on images of the classifier's input size; larger ones are cropped to their centers.
    public init(of classifier: ImageClassifier, on images: LabeledImages, batchSize: Int = 100) {
        self.images = images
        matrix = ConfusionMatrix(classes: images.classNames.count)
        let input = classifier.inputShape
        let crop: [any ImageTransform] =
            images.imageShape == input ? [] : [CenterCrop(height: input[0], width: input[1])]
        for batch in images.batches(of: batchSize, through: ImagePipeline(crop), seed: 0, epoch: 0) {
            let logits = classifier(classifier.input(batch.images), .inference)
            matrix.add(logits, batch.labels)
            loss += Double(softmaxCrossEntropy(logits, batch.labels).item) * Double(batch.labels.count)
            let (best, classes) = logits.softmax().topK(1)
            for (predicted, probability) in zip(classes.scalars, best.scalars) {
                guesses.append(
                    Guess(position: guesses.count, predicted: Int(predicted), probability: probability))
            }
        }
        loss /= Double(max(1, images.count))
    }

    /// The images that were taken for another class, the surest mistakes first.
    public var mistakes: [Guess] {
        guesses.filter { $0.predicted != images.label($0.position) }.sorted { $0.probability > $1.probability }
    }

    /// Of each class, how much of it is found, and how often its name is right, under a line of headings.
    public var classTable: [String] {
        let names = images.classNames
        let width = (names + ["class"]).reduce(0) { max($0, $1.count) } + 2
        func row(_ name: String, _ columns: [String]) -> String {
            name + String(repeating: " ", count: width - name.count)
                + columns.map { String(repeating: " ", count: max(0, 16 - $0.count)) + $0 }.joined()
        }
        return [row("class", ["found", "rightly named"])]
            + names.indices.map { index in
                let shares = [matrix.recall(of: index), matrix.precision(of: index)]
                return row(names[index], shares.map { percent(Float($0)) })
            }
    }

    /// Draws what is confused with what, `confusion-matrix.png`, and the surest mistakes, `mistakes.png`.
    ///
    /// - Parameter file: the path for a file's name.
    /// - Throws: `FileError` when a file cannot be written.
    public func draw(to file: (String) throws -> String) throws {
        try drawMatrix(to: file)
        let cells = mistakes.prefix(30).map { guess in
            ImageGrid.Cell(images.image(guess.position), caption: [name(guess), "→ \(answer(guess))"])
        }
        try ImageGrid(
            cells, columns: 6,
            title: cells.isEmpty
                ? "No mistakes in \(images.count) images" : "The surest mistakes: right class → predicted class",
            magnification: max(1, 112 / images.imageShape[1])
        ).drawn().write(to: file("mistakes.png"))
    }

    /// Draws what is confused with what, and some of the images, mistakes first, `held-out.png`.
    ///
    /// - Parameter file: the path for a file's name.
    /// - Throws: `FileError` when a file cannot be written.
    public func drawHeldOut(to file: (String) throws -> String) throws {
        try drawMatrix(to: file)
        let right = guesses.filter { $0.predicted == images.label($0.position) }
        let cells = (mistakes.prefix(18) + right).prefix(24).map { guess in
            let isRight = guess.predicted == images.label(guess.position)
            return ImageGrid.Cell(
                images.image(guess.position).resized(
                    width: 112, height: 112, filter: images.imageShape[0] <= 56 ? .nearest : .bicubic),
                caption: [name(guess), "\(isRight ? "=" : "→") \(answer(guess))"])
        }
        try ImageGrid(cells, columns: 6, title: "Held-out images: class → what the network says, mistakes first")
            .drawn().write(to: file("held-out.png"))
    }

    private func drawMatrix(to file: (String) throws -> String) throws {
        // A matrix of hundreds of classes could not be read.
        guard images.classNames.count <= 60 else { return }
        try ConfusionMatrixImage(
            matrix.counts, classNames: images.classNames,
            title: "\(images.count) images, \(percent(Float(matrix.accuracy), 2)) right"
        ).drawn().write(to: file("confusion-matrix.png"))
    }

    private func name(_ guess: Guess) -> String { images.classNames[images.label(guess.position)] }

    private func answer(_ guess: Guess) -> String {
        "\(images.classNames[guess.predicted]) (\(percent(guess.probability, 0)))"
    }
}
