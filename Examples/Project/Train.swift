import Gradus
import GradusData
import GradusTraining

/// Two convolutions with pooling, and two dense layers: from images `[N, 28, 28, 1]` to scores `[N, 10]`.
struct DigitNet: Layer {
    let features = Sequential {
        Conv2D(1, 16, kernel: 5, padding: .same, activation: .relu)
        MaxPool2D(2)
        Conv2D(16, 32, kernel: 5, padding: .same, activation: .relu)
        MaxPool2D(2)
        Flatten()
        Dense(1568, 256, activation: .relu)
        Dropout(0.4)
    }
    let classifier = Dense(256, 10)

    func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        classifier(features(images, pass), pass)
    }
}

/// The images to learn from.
enum Dataset: String, FlagValue, CaseIterable { case generated, fashion }

/// Teaches the network, with everything of a run: `--help` lists the flags, the run's folder has `report.html`.
struct Train: TrainingCommand {
    static let name = "train"
    static let summary = "learns which digit an image shows, or which piece of clothing."
    static let examples = [
        CommandExample("", "Fashion-MNIST if it is here, else digits that the program draws"),
        CommandExample("train --dataset generated --epochs 5", "digits, for longer"),
        CommandExample("train --resume", "go on with the latest run, if it was interrupted"),
    ]

    @Flag("the images; by default fashion if it is here, else generated") var dataset: Dataset?
    @Flag("passes over the images", 1...10_000, onResume: true, smoke: 1) var epochs = 2
    @Flag("images in a batch", 1...10_000) var batchSize = 100
    @Flag("step size of Adam", above: 0, onResume: true) var learningRate: Float = 1e-3

    func run(_ experiment: Experiment) throws {
        let isSmoke = experiment.size == .smoke
        let training: LabeledImages
        let test: LabeledImages
        let dataset = dataset ?? ((try? FashionMNIST()) == nil ? .generated : .fashion)
        switch dataset {
        case .fashion:
            let set = try FashionMNIST()
            (training, test) = (set.training.prefix(isSmoke ? 1000 : 60_000), set.test.prefix(isSmoke ? 500 : 10_000))
        case .generated:
            let set = GeneratedDigits(training: isSmoke ? 1000 : 10_000, test: 500)
            (training, test) = (set.training, set.test)
        }

        let model = experiment.seeded { DigitNet() }
        let trainer = Trainer<ImageBatch>(model, Adam(learningRate: learningRate), random: experiment.random) {
            softmaxCrossEntropy($0($1.images, $2), $1.labels)
        }
        experiment.describe([
            "images": "\(training.count) to learn from, \(test.count) to evaluate on",
            "classes": training.classNames.joined(separator: ", "), "parameters": "\(model.parameterCount)",
        ])

        func measured() -> Metric { Metric("test_accuracy", Double(accuracy(of: model, on: test)), unit: "%") }
        var plan = Experiment.Plan(epochs: epochs, batches: training.count / batchSize, batchSize: batchSize)
        plan.fingerprint = dataset.rawValue
        try experiment.train(trainer, plan) { epoch, first in
            training.shuffled(seed: experiment.seed(epoch)).batches(of: batchSize, from: first, dropsLast: true)
        } evaluate: {
            [measured()]
        }
        try experiment.finish([measured()])
    }
}
