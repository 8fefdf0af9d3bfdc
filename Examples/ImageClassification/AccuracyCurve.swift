import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// How many images are needed: the accuracy on held-out images after training on few and on more, in three ways.
///
/// For each number of images a network takes as many steps as the largest number needs for the epochs of the run, and from
/// scratch three times as many, so that none is held back by few batches.
struct AccuracyCurve {
    /// One measurement.
    private struct Point: Codable {
        let imagesPerClass: Int
        let method: Method
        let accuracy: Double
    }

    /// The three ways to train a network.
    private enum Method: String, Codable, CaseIterable {
        /// Only the new head learns.
        case frozen
        /// Then everything learns, slowly.
        case fineTuned = "fine-tuned"
        /// Everything learns, from random weights.
        case scratch = "from scratch"
    }

    let flags: FineTune
    let experiment: Experiment
    let set: LoadedSet
    let features: FeatureCache
    let start: PretrainedNetwork
    /// What happens to images when all layers learn.
    let pipeline: ImagePipeline

    /// Measures the curve, except for what an interrupted run has measured already, and draws it.
    func measure() throws {
        let file = try experiment.file("curve.json")
        let known = experiment.folder.isResumed ? (try? WholeFile.bytes(of: file)).map { Data($0) } : nil
        var points = known.flatMap { try? JSONDecoder().decode([Point].self, from: $0) } ?? []
        for count in counts {
            if !points.contains(where: { $0.imagesPerClass == count }) {
                points += try measured(count)
                try AtomicFile.write(JSONEncoder().encode(points), to: URL(fileURLWithPath: file))
            }
            for point in points where point.imagesPerClass == count {
                experiment.print(
                    "\(count) images a class, \(point.method.rawValue): validation accuracy \(percent(point.accuracy, 2))"
                )
                try experiment.log.write(
                    "curve",
                    [
                        "images_per_class": .integer(count), "method": .text(point.method.rawValue),
                        "validation_accuracy": .number(point.accuracy),
                    ])
            }
        }
        try draw(points)
    }

    private var counts: [Int] { Set(flags.curve).sorted() }

    /// The three points for `count` images of each class.
    private func measured(_ count: Int) throws -> [Point] {
        var seen = [Int](repeating: 0, count: set.training.classNames.count)
        let positions = (0..<set.training.count).filter { position in
            seen[set.training.label(position)] += 1
            return seen[set.training.label(position)] <= count
        }
        let images = set.training.choosing(positions)
        let (classifier, scratch) = (try start.classifier(images.classNames), start.untrained(images.classNames))
        try trainHead(classifier.head, features.training(experiment, positions))
        let frozen = try features.validation(experiment).accuracy(of: classifier.head)
        flags.freezeForWhole(classifier)
        try train(
            classifier, SGD(learningRate: flags.wholeRate, momentum: 0.9), images, epochs: flags.wholeEpochs,
            "fine-tuned, \(count) a class")
        // Random weights have further to go.
        try train(
            scratch, Adam(learningRate: 1e-3), images, epochs: 3 * flags.wholeEpochs, "from scratch, \(count) a class")
        let others = [classifier, scratch].map {
            ImageEvaluation(of: $0, on: set.test, batchSize: 16).matrix.accuracy
        }
        return zip(Method.allCases, [frozen] + others).map {
            Point(imagesPerClass: count, method: $0, accuracy: $1)
        }
    }

    private func trainHead(_ head: Dense, _ rows: FrozenFeatures) throws {
        let steps = max(150, flags.epochs * rows.count / flags.batchSize)
        let learner = Learner(head, Adam(), schedule: .cosine(from: flags.learningRate, steps: steps))
        try train(steps, "") {
            rows.batches(of: flags.batchSize, seed: experiment.seed &+ $0)
        } step: { batch, random in
            try learner.minimize { batch.loss(of: head, dropping: random) }
        }
    }

    private func train(
        _ classifier: ImageClassifier, _ optimizer: any Optimizer, _ images: LabeledImages, epochs: Int, _ title: String
    ) throws {
        let steps = max(1, epochs * (counts.last ?? 1) * images.classNames.count / flags.batchSize)
        let learner = Learner(classifier, optimizer, schedule: .cosine(from: optimizer.learningRate, steps: steps))
        try train(steps, title) { epoch in
            images.shuffled(seed: experiment.seed(epoch)).batches(
                of: flags.batchSize, through: pipeline, seed: experiment.seed, epoch: epoch)
        } step: { batch, random in
            try learner.minimize {
                softmaxCrossEntropy(classifier(batch.images, .training(using: random)), batch.labels)
            }
        }
    }

    /// Trains for `steps` steps, epoch after epoch. A training without a title takes a moment and shows no progress.
    private func train<Batches: Sequence>(
        _ steps: Int, _ title: String, _ batches: (_ epoch: Int) -> Batches,
        step: (Batches.Element, RandomGenerator) throws -> Void
    ) throws {
        let (random, line) = (RandomGenerator(seed: UInt64(experiment.seed)), ProgressLine())
        if !title.isEmpty { experiment.print(title) }
        var (done, epoch) = (0, 0)
        while done < steps {
            epoch += 1
            for batch in batches(epoch).prefix(steps - done) {
                try step(batch, random)
                done += 1
                if Interrupt.isRequested {
                    throw Interrupted(checkpoint: try experiment.file("checkpoint.safetensors"))
                }
                guard !title.isEmpty else { continue }
                line.show(
                    ProgressLine.Status(
                        epoch: 1, epochs: 1, batch: done, batches: steps, batchSize: flags.batchSize, figures: []))
            }
        }
    }

    /// Prints the points, and draws one curve for each way, with images a class on a logarithmic axis.
    private func draw(_ points: [Point]) throws {
        func row(_ cells: [String]) -> String {
            cells.map { $0 + String(repeating: " ", count: max(1, 16 - $0.count)) }.joined()
        }
        show(row(["images a class"] + Method.allCases.map(\.rawValue)))
        for count in counts {
            let shares = points.filter { $0.imagesPerClass == count }.map { percent($0.accuracy, 2) }
            show(row(["\(count)"] + shares))
        }
        let series = Method.allCases.map { method in
            LineChart.Series(
                method.rawValue,
                points.filter { $0.method == method && counts.contains($0.imagesPerClass) }.map {
                    (x: Double($0.imagesPerClass), y: 100 * $0.accuracy)
                })
        }
        let data = URL(fileURLWithPath: set.source.data ?? "").lastPathComponent
        try LineChart(
            title: "\(flags.model.rawValue) on \(data): three ways", x: "images a class to learn from",
            y: "held-out images right, %", series: series, isLogarithmicX: true
        ).write(to: experiment.file("curve.svg"))
    }
}
