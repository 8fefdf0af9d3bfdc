import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// How many images are needed: what held-out images show after learning from few and from more, in three ways.
///
/// For each number of images a network takes as many steps as the largest number needs for the epochs of the run, and from
/// scratch three times as many, so that none is held back by few batches.
struct AccuracyCurve {
    private let flags: FineTune
    private let experiment: Experiment
    private let set: ImageSet
    private let features: FeatureCache
    private let start: PretrainedNetwork
    private let pipeline: ImagePipeline

    init(
        _ flags: FineTune, _ experiment: Experiment, _ set: ImageSet, _ features: FeatureCache,
        _ start: PretrainedNetwork, _ pipeline: ImagePipeline
    ) {
        (self.flags, self.experiment, self.set) = (flags, experiment, set)
        (self.features, self.start, self.pipeline) = (features, start, pipeline)
    }

    /// Measures the curve, but for what a run that was interrupted has measured already.
    func measured() throws -> TransferChart {
        let file = try experiment.file("curve.json")
        let known = experiment.folder.isResumed ? (try? WholeFile.bytes(of: file)).map { Data($0) } : nil
        var points = known.flatMap { try? JSONDecoder().decode([CurvePoint].self, from: $0) } ?? []
        for count in Set(flags.curve).sorted() {
            var found = points.filter { $0.imagesPerClass == count }
            if found.isEmpty {
                found = try measured(count)
                points += found
                try AtomicFile.write(JSONEncoder().encode(points), to: URL(fileURLWithPath: file))
            }
            for point in found {
                experiment.say(
                    "\(count) images a class, \(point.method.rawValue): validation accuracy "
                        + percent(point.accuracy, 2))
                try experiment.log.write(
                    "curve",
                    [
                        "images_per_class": .integer(count), "method": .text(point.method.rawValue),
                        "validation_accuracy": .number(point.accuracy),
                    ])
            }
        }
        let data = URL(fileURLWithPath: set.description).lastPathComponent
        return TransferChart(
            points: points.filter { flags.curve.contains($0.imagesPerClass) },
            title: "\(flags.model.rawValue) on \(data): three ways")
    }

    private func measured(_ count: Int) throws -> [CurvePoint] {
        let positions = firstPositions(perClass: count)
        let images = set.training.choosing(positions)
        let names = images.classNames
        let classifier = try start.classifier(names)
        try trainHead(classifier.head, features.training(experiment, positions))
        let frozen = try features.validation(experiment).accuracy(of: classifier.head)
        flags.freezeForWhole(classifier)
        try trainWhole(
            classifier, SGD(learningRate: flags.wholeRate, momentum: 0.9), images, epochs: flags.wholeEpochs,
            "fine-tuned, \(count) a class")
        let scratch = start.untrained(names)
        // Random weights have further to go.
        try trainWhole(
            scratch, Adam(learningRate: 1e-3), images, epochs: 3 * flags.wholeEpochs, "from scratch, \(count) a class")
        func accuracy(_ classifier: ImageClassifier) -> Double {
            ImageEvaluation(of: classifier, on: set.test, batchSize: 16).matrix.accuracy
        }
        return [(.frozen, frozen), (.fineTuned, accuracy(classifier)), (.scratch, accuracy(scratch))].map {
            CurvePoint(imagesPerClass: count, method: $0, accuracy: $1)
        }
    }

    private func firstPositions(perClass most: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: set.training.classNames.count)
        return (0..<set.training.count).filter { position in
            counts[set.training.label(position)] += 1
            return counts[set.training.label(position)] <= most
        }
    }

    private func trainHead(_ head: Dense, _ rows: FrozenFeatures) throws {
        let steps = max(150, flags.epochs * rows.count / flags.batchSize)
        let learner = Learner(head, Adam(), schedule: .cosine(from: flags.learningRate, steps: steps))
        let random = RandomGenerator(seed: UInt64(experiment.seed))
        try train(steps) { epoch in
            rows.batches(of: flags.batchSize, seed: experiment.seed &+ epoch)
        } step: { batch in
            try learner.minimize {
                softmaxCrossEntropy(head(dropout(batch.features, rate: 0.2, using: random), .inference), batch.labels)
            }
        }
    }

    private func trainWhole(
        _ classifier: ImageClassifier, _ optimizer: any Optimizer, _ images: LabeledImages, epochs: Int, _ title: String
    ) throws {
        let steps = max(1, epochs * (flags.curve.max() ?? 1) * images.classNames.count / flags.batchSize)
        let learner = Learner(classifier, optimizer, schedule: .cosine(from: optimizer.learningRate, steps: steps))
        let random = RandomGenerator(seed: UInt64(experiment.seed))
        let line = ProgressLine()
        experiment.say(title)
        try train(steps) { epoch in
            images.shuffled(seed: experiment.seed(epoch)).batches(
                of: flags.batchSize, through: pipeline, seed: experiment.seed, epoch: epoch)
        } step: { batch in
            try learner.minimize {
                softmaxCrossEntropy(classifier(batch.images, .training(using: random)), batch.labels)
            }
            line.show(
                ProgressLine.Status(
                    epoch: 1, epochs: 1, batch: learner.batches, batches: steps, batchSize: flags.batchSize, figures: []
                ))
        }
    }

    /// Goes through epochs until so many steps are done.
    private func train<Batches: Sequence>(
        _ steps: Int, _ batches: (_ epoch: Int) -> Batches, step: (Batches.Element) throws -> Void
    ) throws {
        var (done, epoch) = (0, 0)
        while done < steps {
            epoch += 1
            for batch in batches(epoch) where done < steps {
                try step(batch)
                done += 1
                if Interrupt.isRequested {
                    throw Interrupted(checkpoint: try experiment.file("checkpoint.safetensors"))
                }
            }
        }
    }
}

/// One measurement of the accuracy curve.
struct CurvePoint: Codable {
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

/// Accuracy against the number of images, one curve for each way to come to a network.
struct TransferChart {
    let points: [CurvePoint]
    let title: String

    /// Writes the chart as SVG; images a class on a logarithmic axis.
    func write(to path: String) throws {
        let series = CurvePoint.Method.allCases.map { method in
            LineChart.Series(
                method.rawValue,
                points.filter { $0.method == method }.map { (x: Double($0.imagesPerClass), y: 100 * $0.accuracy) })
        }
        let chart = LineChart(
            title: title, x: "images a class to learn from", y: "held-out images right, %", series: series,
            isLogarithmicX: true)
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: path))
    }

    /// The points as a table for the terminal.
    var table: [String] {
        func row(_ cells: [String]) -> String {
            cells.map { $0 + String(repeating: " ", count: max(1, 16 - $0.count)) }.joined()
        }
        return [row(["images a class"] + CurvePoint.Method.allCases.map(\.rawValue))]
            + Set(points.map(\.imagesPerClass)).sorted().map { count in
                row(
                    ["\(count)"]
                        + CurvePoint.Method.allCases.map { method in
                            points.last { $0.imagesPerClass == count && $0.method == method }
                                .map { percent($0.accuracy, 2) } ?? "-"
                        })
            }
    }
}
