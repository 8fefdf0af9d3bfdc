import Gradus
import GradusData
import GradusEvaluation
import GradusModels

/// Measures a network on images that it has not learned from.
struct Evaluator {
    /// What a network made of the images.
    struct Evaluation {
        /// Right classes against predicted ones.
        let matrix: ConfusionMatrix
        /// The mean loss, in nats.
        let loss: Double
        /// Every image that was taken for another class, the surest mistakes first.
        let mistakes: [Mistake]
    }

    /// An image that was taken for another class.
    struct Mistake {
        let position: Int
        let predicted: Int
        let probability: Float
    }

    private let images: LabeledImages
    private let pipeline: ImagePipeline

    /// Evaluates on images that go through a pipeline without randomness.
    init(_ images: LabeledImages, through pipeline: ImagePipeline) {
        (self.images, self.pipeline) = (images, pipeline)
    }

    func evaluation(on model: ImageClassifier) -> Evaluation {
        var matrix = ConfusionMatrix(classes: images.classNames.count)
        var loss = 0.0
        var mistakes: [Mistake] = []
        for (index, batch) in images.batches(of: 100, through: pipeline, seed: 0, epoch: 0).enumerated() {
            let logits = model(batch.images, .inference)
            matrix.add(logits, batch.labels)
            loss += Double(softmaxCrossEntropy(logits, batch.labels).item) * Double(batch.labels.count)
            let (best, classes) = logits.softmax().topK(1)
            for (row, label) in batch.labels.scalars.enumerated() where classes.element(at: row, 0) != label {
                mistakes.append(
                    Mistake(
                        position: 100 * index + row, predicted: Int(classes.element(at: row, 0)),
                        probability: best.element(at: row, 0)))
            }
        }
        mistakes.sort { $0.probability > $1.probability }
        return Evaluation(matrix: matrix, loss: loss / Double(max(1, images.count)), mistakes: mistakes)
    }
}
