import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusModels
import GradusTraining
import GradusVision

/// Teaches a pretrained network the classes of other images: first a new last layer, its *head*, then all layers.
struct FineTune: TrainingCommand {
    static let name = "fine-tune"
    static let summary =
        "teaches a pretrained network the classes of your own images: a new last layer learns from what the network already "
        + "sees, then, if you want, everything else follows slowly. A few images a class are enough; chapter 12 explains why."
    static let examples = [
        CommandExample("fine-tune --data .data/faces", "tell 40 people apart by ten images each, which make data gets"),
        CommandExample(
            "fine-tune --data images --whole-epochs 5", "then all layers learn, in five passes over the images"),
        CommandExample("fine-tune --data images --curve 3 10 30", "how many images are needed, in three ways"),
        CommandExample(
            "classify photo.jpg --out \(RunFolder.latest("image-classification-fine-tune"))", "use the result"),
    ]

    // The images.
    @Flag("the images, one subfolder a class", placeholder: "FOLDER", onResume: true) var data: String?
    @Flag("side of the images for the network; by default what it was trained with", 8...1024) var size: Int?
    @Flag("use at most N images of a class", 2...1_000_000) var perClass = 200
    @Flag("the share that is held out to evaluate on", 0.01...0.9) var validation = 0.25
    @Flag("do not also show mirrored images, as for letters") var noMirror = false

    // The network.
    @Flag("the network", smoke: NetworkName(rawValue: "resnet20-cifar")!) var model = NetworkName(
        rawValue: "mobilenetv2")!
    @Flag(
        "its weights, .pth or .safetensors; by default published ones are looked for", placeholder: "FILE",
        onResume: true)
    var weights: String?

    // The optimization.
    @Flag("epochs in which the new last layer learns alone", 1...10_000, smoke: 4) var epochs = 30
    @Flag("epochs in which all layers learn after that", 0...10_000, onResume: true, smoke: 1, full: 5)
    var wholeEpochs = 0
    @Flag("images in a batch", 1...10_000) var batchSize = 32
    @Flag("step size of the last layer alone", above: 0) var learningRate: Float = 2e-3
    @Flag("step size of all layers", above: 0) var wholeRate: Float = 2e-4
    @Flag("weights whose names begin so do not learn, as features.0 features.1", placeholder: "PREFIX") var freeze:
        [String] = []
    @Flag("when all layers learn, batch normalization does, too; for many images") var learnNorms = false
    @Flag("measure the accuracy after learning from N images a class, each three ways", full: [1, 3, 10, 30, 100])
    var curve: [Int] = []

    func prepare() throws {
        if let size, size < model.network.leastSide {
            throw UsageError(
                "images of --size \(size) are too small: \(model.rawValue) takes \(model.network.leastSide) pixels and more"
            )
        }
        if let count = curve.first(where: { $0 < 1 }) {
            throw UsageError("numbers of images for --curve begin with 1, got \(count)")
        }
        if !curve.isEmpty && wholeEpochs == 0 { $wholeEpochs.setDefault(5) }
    }

    func run(_ experiment: Experiment) throws {
        if data == nil && experiment.size != .smoke {
            throw UsageError("fine-tune needs --data FOLDER, a folder of images with one subfolder a class")
        }
        // The images, a part of each class held out, and a pretrained network with a new head.
        let start = try PretrainedNetwork(self, experiment)
        let set = try images(start, experiment)
        let (classNames, mirrors) = (set.training.classNames, !noMirror)
        let classifier = try start.classifier(classNames)
        let head = classifier.head
        try checkFreezing(classifier)

        // While the head learns, the other layers only compute its input: once, not in every epoch.
        let features = FeatureCache(set, mirrors: mirrors) { try start.classifier(classNames) }
        let headBatches = features.batches(of: batchSize)
        let wholeBatches = (set.training.count + batchSize - 1) / batchSize
        let pipeline = ImagePipeline(
            [PadAndCrop(max(1, classifier.inputShape[0] / 16))] + (mirrors ? [HorizontalFlip()] : []),
            normalization: classifier.preprocessing.normalization)

        // The new head has features of any scale to learn from, which Adam copes with. But Adam's steps are about as large as
        // the rate, however small the gradient: they would spoil weights that are good already. Those of plain gradient descent
        // shrink with the gradient.
        let headLearner = Learner(head, Adam(), schedule: .cosine(from: learningRate, steps: epochs * headBatches))
        let wholeLearner = Learner(
            classifier, SGD(learningRate: wholeRate, momentum: 0.9),
            schedule: .cosine(from: wholeRate, steps: max(1, wholeEpochs * wholeBatches)))
        let learners: [(String, any AnyLearner)] = [(Checkpoint.model, wholeLearner), ("head", headLearner)]
        let trainer = Trainer<Lesson>(learners, random: experiment.random) { lesson, pass in
            switch lesson {
            case .features(let rows):
                let loss = try headLearner.minimize { rows.loss(of: head, dropping: pass.random) }
                return [("loss", loss), ("rate", headLearner.optimizer.learningRate)]
            case .images(let batch):
                let loss = try wholeLearner.minimize {
                    softmaxCrossEntropy(classifier(batch.images, pass), batch.labels)
                }
                return [("loss", loss), ("rate", wholeLearner.optimizer.learningRate)]
            }
        }
        experiment.keep("images", set.source)
        describe(experiment, start, set, classifier)

        var plan = Experiment.Plan(epochs: epochs + wholeEpochs, batches: wholeBatches, batchSize: batchSize)
        plan.batchesOfEpoch = { $0 <= epochs ? headBatches : wholeBatches }
        (plan.keep, plan.exported, plan.fingerprint) = (.highest, [Checkpoint.model], set.source.fingerprint)
        try experiment.train(trainer, plan) { epoch, first -> AnySequence<Lesson> in
            let seed = experiment.seed(epoch)
            if epoch <= epochs {
                return AnySequence(
                    try features.training(experiment).batches(of: batchSize, seed: seed, from: first).lazy.map {
                        .features($0)
                    })
            }
            freezeForWhole(classifier)
            return AnySequence(
                set.training.shuffled(seed: seed).batches(
                    of: batchSize, through: pipeline, seed: experiment.seed, epoch: epoch, from: first
                ).lazy.map { .images($0) })
        } evaluate: {
            let accuracy =
                trainer.position.epoch <= epochs
                ? try features.validation(experiment).accuracy(of: head)
                : ImageEvaluation(of: classifier, on: set.test, batchSize: 16).matrix.accuracy
            return [Metric("validation_accuracy", accuracy, unit: "%")]
        }

        let evaluation = ImageEvaluation(of: classifier, on: set.test, batchSize: 16)
        try evaluation.drawHeldOut(to: experiment.file)
        if !curve.isEmpty {
            try AccuracyCurve(
                flags: self, experiment: experiment, set: set, features: features, start: start, pipeline: pipeline
            ).measure()
        }
        var metrics = [Metric("validation_accuracy", evaluation.matrix.accuracy, unit: "%")]
        if wholeEpochs > 0, let last = experiment.evaluations.last(where: { $0.epoch <= epochs }) {
            metrics.append(Metric("head_accuracy", last["validation_accuracy"] ?? .nan, unit: "%"))
        }
        set.showLeftOut()
        try experiment.finish(metrics)
    }
}

/// What a step learns from: features for the head, images for all layers.
enum Lesson {
    case features(FrozenFeatures)
    case images(ImageBatch)
}
