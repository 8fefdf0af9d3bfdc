import Foundation
import Gradus
import GradusData
import GradusModels
import GradusTraining
import GradusVision

/// Lets two networks play against each other, until one makes images like those of a set (Radford et al. 2015).
struct Train: TrainingCommand {
    static let name = "train"
    static let summary =
        "learns to make images like those of a set: a generator and a discriminator play against each other. It is the "
        + "deep convolutional GAN of Radford, Metz and Chintala; chapter 11 of Docs explains it step by step."
    static let examples = [
        CommandExample("", "learn to make clothes, about a minute"),
        CommandExample("train --toy", "first see the game in one dimension, in seconds"),
        CommandExample("train --dataset mnist --conditional", "digits of a class you choose"),
        CommandExample("train --data ~/Pictures --size 64", "images of yours"),
    ]

    // The images, and what the networks are told of them.
    let source = ImageSetFlags()
    @Flag("tell both networks the class of each image") var conditional = false

    // The two networks.
    @Flag("numbers that an image is made of", 1...4096, smoke: 16) var noise = 100
    @Flag("channels beside the image", 1...1024, smoke: 8, full: 64) var width = 32
    @Flag("of the discriminator; by default spectral for the losses hinge and wasserstein, else batch")
    var normalization = DCGANDiscriminator.Normalization.batch

    // The game.
    @Flag("what the two networks minimize") var loss = AdversarialLoss.logistic
    @Flag("let real images count for 1 − X", 0...0.5) var smoothing: Float = 0
    @Flag("updates of the generator in a step", 1...20) var generatorSteps = 1
    @Flag("images in a batch", 2...10_000, smoke: 20) var batchSize = 64
    @Flag(
        "passes over the images; by default as many as take about a minute", 1...10_000, onResume: true, smoke: 2,
        full: 25)
    var epochs: Int?
    @Flag("step size of Adam, of both networks", above: 0, onResume: true) var learningRate: Float = 2e-4
    @Flag("Adam's decay of the mean gradient", 0...0.999) var beta1: Float = 0.5
    @Flag("decay of the averaged weights that are shown and kept; 0 for none", 0...0.99999)
    var averaging: Float = 0.995

    // What is seen of it.
    @Flag("a model of image-classification that evaluates samples at epochs 1, 2, 3, 5, 7, …", placeholder: "FILE")
    var classifier: String?
    @Flag("keep the generators of epochs 1, 2, 3, 5, 7, 10, 20, …") var snapshots = false
    @Flag("the game in one dimension: match a bell curve; an animation") var toy = false

    func prepare() throws {
        // These two need a discriminator that is not steep anywhere.
        if [.hinge, .wasserstein].contains(loss) { $normalization.setDefault(.spectral) }
        guard smoothing == 0 || loss.hasTarget else {
            throw $smoothing.error("it changes a target, and the \(loss.rawValue) loss has none; leave it out")
        }
        if toy { try checkToy() }
    }

    func run(_ experiment: Experiment) throws {
        if toy { return try playToy(experiment) }
        // Real images, with pixels from 0 to 1, and the classes that the networks are told.
        let images = try ImageSet(source.choice(limit: experiment.size == .smoke ? 1000 : nil))
        let (shape, batches) = (images.shape, images.count / batchSize)
        try check(images)
        let classes = conditional ? images.classNames.count : 0
        let epochs = epochs ?? usualEpochs(images)

        // The generator makes images of noise; the discriminator says how real an image looks.
        let size = Extent2D(shape[0], shape[1])
        let (generator, discriminator) = experiment.seeded {
            (
                DCGANGenerator(noise: noise, size: size, channels: shape[2], width: width, classes: classes),
                DCGANDiscriminator(
                    size: size, channels: shape[2], width: width, classes: classes, normalization: normalization)
            )
        }
        let rate = Schedule { [learningRate] _ in learningRate }
        let generatorLearner = Learner(
            generator, Adam(learningRate: learningRate, beta1: beta1), schedule: rate,
            averaging: averaging == 0 ? nil : averaging)
        let discriminatorLearner = Learner(
            discriminator, Adam(learningRate: learningRate, beta1: beta1), schedule: rate)

        // A step: the discriminator learns to tell real images from made ones, the generator to make images
        // that it takes for real.
        let game = Trainer<ImageBatch>(
            [("generator", generatorLearner), ("discriminator", discriminatorLearner)], random: experiment.random
        ) { batch, pass in
            let (real, labels) = (batch.images * 2 - 1, conditional ? batch.labels : nil)
            var (discriminatorLoss, generatorLoss, realScore, madeScore): (Float, Float, Float, Float) = (0, 0, 0, 0)
            for round in 0..<generatorSteps {
                let noise = Tensor<Float>(normal: [batchSize, noise], using: experiment.random)
                let loss = try generatorLearner.minimize {
                    // One pass through the generator serves both: the discriminator learns from the images' values,
                    // the generator through them.
                    let made = generator(noise, labels: labels, pass)
                    if round == 0 {
                        let values = made.detached()
                        discriminatorLoss = try discriminatorLearner.minimize {
                            let ofReal = discriminator(real, labels: labels, pass)
                            let ofMade = discriminator(values, labels: labels, pass)
                            realScore = ofReal.detached().mean().item
                            madeScore = ofMade.detached().mean().item
                            return self.loss.discriminator(real: ofReal, fake: ofMade, target: 1 - smoothing)
                        }
                    }
                    return self.loss.generator(fake: discriminator(made, labels: labels, pass))
                }
                if round == 0 { generatorLoss = loss }
            }
            return [
                ("discriminator_loss", discriminatorLoss), ("generator_loss", generatorLoss),
                ("real", belief(realScore)), ("made", belief(madeScore)),
            ]
        }

        // A classifier says how near the samples come to real images.
        let score = try classifier.map {
            try GenerationScore(FeatureClassifier($0), images, count: 2000, seed: experiment.seed)
        }
        try describe(experiment, images, generator, discriminator, epochs)

        // What the generator makes of the same noises is shown at growing intervals; a collapse is reported.
        let watch = try SampleWatch(
            experiment, game, generator, loss, images.some(64, inBatchesOf: batchSize, seed: experiment.seed(0)))
        let record = NetworkRecord(images: images.choice, classNames: images.classNames, epochs: epochs)
        experiment.keep("images", record)
        if snapshots {
            experiment.hooks.afterEvaluation.append { try keepSnapshot(generator, record, experiment, $0.epoch) }
        }

        var plan = Experiment.Plan(epochs: epochs, batches: batches, batchSize: batchSize)
        (plan.exported, plan.fingerprint, plan.unit) = (["generator"], images.fingerprint, "images")
        try experiment.train(game, plan) { epoch, first in
            images.batches(of: batchSize, seed: experiment.seed(epoch), from: first)
        } evaluate: {
            let isDue = isMilestone(game.position.epoch, from: 1)
            return [watch.variety()] + (isDue ? try score?.distances(of: generator, seed: experiment.seed) ?? [] : [])
        }
        try watch.finish(at: game.position.step)
        try experiment.finish(result(experiment, watch, images, epochs * batches))
        images.showSkipped()
    }

    /// What a mean score stands for: under the logistic loss a probability.
    private func belief(_ score: Float) -> Float { loss == .logistic ? 1 / (1 + exp(-score)) : score }
}
