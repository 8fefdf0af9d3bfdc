import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// The network of TensorFlow's tf.layers tutorial, which this program trains by default.
///
/// `GradusModels` has the same as `TFLayersNet`, and other networks for `--model`.
struct DigitNet: ImageModel {
    static let name = "tf-layers"
    let features: Sequential
    let classifier: Dense
    let head = "classifier"
    let layersWorthShowing = ["features.0", "features.2"]

    /// A network for images `[H, W, C]`.
    init(_ shape: [Int], classes: Int) {
        features = Sequential {
            Conv2D(shape[2], 32, kernel: 5, padding: .same, activation: .relu)
            MaxPool2D(2)
            Conv2D(32, 64, kernel: 5, padding: .same, activation: .relu)
            MaxPool2D(2)
            Flatten()
            Dense(shape[0] / 4 * (shape[1] / 4) * 64, 1024, activation: .relu)
            Dropout(0.4)
        }
        classifier = Dense(1024, classes)
    }

    /// Logits `[N, K]` for images `[N, H, W, C]`.
    func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        classifier(features(images, pass), pass)
    }
}

/// Trains a network to classify images.
struct Train: TrainingCommand {
    static let name = "train"
    static let summary =
        "teaches a network to tell what images show. Without flags these are clothes, or digits, and the network is that "
        + "of TensorFlow's tf.layers tutorial; chapter 05 explains it step by step."
    static let examples = [
        CommandExample("", "two epochs on Fashion-MNIST, about a minute"),
        CommandExample("train --dataset cifar10", "a residual network on photographs; six epochs"),
        CommandExample("train --data images", "images of yours: a subfolder for each class"),
        CommandExample("train --full", "MNIST, plain gradient descent, 33 epochs: the tutorial's experiment"),
    ]

    let source = SourceFlags()
    @Flag("use the first N training images only", 1...100_000_000) var images: Int?
    @Flag("the network; by default tf-layers for gray images, else resnet20-cifar") var model: NetworkName?
    // Without these flags the network's recipe decides (Networks.swift).
    @Flag("passes over the images; by default the network's recipe", 1...10_000, onResume: true) var epochs: Int?
    @Flag("images in a batch; by default the recipe's", 1...10_000) var batchSize: Int?
    @Flag("step size; by default the recipe's", above: 0, onResume: true) var learningRate: Float?
    @Flag("pull of the weights toward 0; by default the recipe's", 0...1) var weightDecay: Float?
    @Flag("the part of a label that goes to all classes", 0...0.9) var labelSmoothing: Float = 0
    @Flag("random changes of the training images: \(Augmentations.expectation); by default the recipe's") var augment:
        Augmentations?
    @Flag("remove the correlations between pixels (ZCA)") var whiten = false

    func prepare() throws { try source.check() }

    func run(_ experiment: Experiment) throws {
        // The images, in the size that the network takes.
        var source = ImageSource(source, limit: images, isSmoke: experiment.size == .smoke)
        // The experiment that the default network became known by.
        if experiment.size == .full && source.dataset == nil && model == nil { source.dataset = .mnist }
        let network = model?.network ?? source.usualNetwork
        var recipe = Recipe(network, experiment.size, self)
        let set = try source.load { network.imageShape($0, window: recipe.images.window) }
        if set.source.dataset == .folder { recipe.suit(set.training.count, self) }

        // A training image is changed at random, then normalized by the statistics of the training images.
        let pipeline = try recipe.images.pipeline(fitting: set.training, seed: experiment.seed)
        let (preprocessing, classNames) = (recipe.images.preprocessing(set, pipeline), set.training.classNames)
        let classifier = experiment.seeded {
            ImageClassifier(
                network, classNames: classNames, preprocessing: preprocessing,
                whitening: pipeline.whitening.map { ImageWhitening(mean: $0.mean, matrix: $0.matrix) },
                body: network.name == DigitNet.name ? DigitNet(preprocessing.shape, classes: classNames.count) : nil)
        }
        let dropsLast = recipe.dropsLast && set.training.count >= recipe.batchSize
        func batches(_ epoch: Int, _ first: Int) -> AugmentedBatches {
            set.training.shuffled(seed: experiment.seed(epoch)).batches(
                of: recipe.batchSize, through: pipeline, seed: experiment.seed, epoch: epoch, from: first,
                dropsLast: dropsLast, ahead: 3)
        }

        // A step goes down the gradient of the cross-entropy.
        let count = batches(1, 0).count
        let learner = Learner(
            classifier, recipe.optimizer(classifier.body.parameterGroups),
            schedule: recipe.schedule(steps: recipe.epochs * count), averaging: recipe.averaging)
        let trainer = Trainer<ImageBatch>([(Checkpoint.model, learner)], random: experiment.random) { batch, pass in
            let loss = try learner.minimize {
                batch.crossEntropy(classifier(batch.images, pass), smoothing: recipe.smoothing)
            }
            return [("loss", loss), ("rate", learner.optimizer.learningRate)]
        }
        experiment.keep("images", set.source)
        describe(experiment, set, recipe, classifier, batches: count)
        try drawPrepared(experiment, set.training, pipeline)

        // After each epoch it is evaluated on the test images. The last network is kept: to choose one by them would be to
        // learn from them.
        var plan = Experiment.Plan(epochs: recipe.epochs, batches: count, batchSize: recipe.batchSize)
        plan.fingerprint = set.source.fingerprint
        try experiment.train(trainer, plan) { epoch, first in
            batches(epoch, first)
        } evaluate: {
            let evaluation = ImageEvaluation(of: classifier, on: set.test)
            return [
                Metric("test_accuracy", evaluation.matrix.accuracy, unit: "%"), Metric("test_loss", evaluation.loss),
            ]
        }

        let evaluation = ImageEvaluation(of: classifier, on: set.test)
        try evaluation.draw(to: experiment.file)
        try classifier.filterFigure()?.write(to: experiment.file("filters.png"))
        try experiment.finish([
            Metric(
                "test_accuracy", evaluation.matrix.accuracy, unit: "%",
                atLeast: expectedAccuracy(network, recipe, set, experiment.size)),
            Metric("test_loss", evaluation.loss),
        ])
    }
}
