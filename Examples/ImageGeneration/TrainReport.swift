import Foundation
import Gradus
import GradusModels
import GradusTraining
import GradusVision

extension AdversarialLoss: FlagValue {}
extension DCGANDiscriminator.Normalization: FlagValue {}

/// Whether something is due after the given step or epoch, at growing intervals: 10, 15, 20, 30, 50, 70, 100, … steps from
/// 50 on, or epochs 1, 2, 3, 5, 7, 10, 20, …
func isMilestone(_ number: Int, from first: Int = 50) -> Bool {
    var power = 1
    while power * 10 <= number { power *= 10 }
    return number >= first
        && ([1, 2, 3, 5, 7].contains { $0 * power == number } || first > 1 && 2 * number == 3 * power)
}

extension Train {
    /// Refuses images that the networks cannot make, or too few of them.
    func check(_ images: ImageSet) throws {
        let (height, width) = (images.shape[0], images.shape[1])
        guard [height, width].allSatisfy({ (8...512).contains($0) && $0 % 4 == 0 }) else {
            throw source.$size.error(
                "the images have \(height) × \(width) pixels; both sides must be divisible by 4 and lie between 8 and "
                    + "512. Choose a --size")
        }
        guard !conditional || images.classNames.count > 1 else {
            throw $conditional.error(
                "the images have no classes; a folder has them when its images lie in one subfolder a class")
        }
        guard images.count >= batchSize else {
            throw UsageError(
                "there are \(images.count) images (\(images.source)), fewer than a batch of \(batchSize); choose a "
                    + "smaller --batch-size")
        }
    }

    /// As many epochs as take about a minute on two cores of 200 GFLOP/s together: the same steps on every machine.
    func usualEpochs(_ images: ImageSet) -> Int {
        max(1, Int((3.9e12 / Double(multiplyAdds(images.shape)) / Double(max(1, images.count))).rounded()))
    }

    /// Multiply-adds of a step for one image: the generator forward and backward, the discriminator forward and backward on
    /// a real and a made image, and once more for the generator without the gradient of its weights.
    private func multiplyAdds(_ shape: [Int]) -> Int {
        let size = Extent2D(shape[0], shape[1])
        let g = DCGANGenerator(noise: noise, size: size, channels: shape[2], width: width)
        let d = DCGANDiscriminator(size: size, channels: shape[2], width: width, normalization: normalization)
        let (made, discriminated) = (
            g.summary(input: [1, noise]).multiplyAdds, d.summary(input: [1] + shape).multiplyAdds
        )
        return 6 * discriminated + generatorSteps * (3 * made + 2 * discriminated)
    }

    /// Prints the images, the networks and the settings of a run, and about how long it will take.
    func describe(
        _ experiment: Experiment, _ images: ImageSet, _ generator: DCGANGenerator,
        _ discriminator: DCGANDiscriminator, _ epochs: Int
    ) throws {
        let (shape, batches) = (images.shape, images.count / batchSize)
        let seconds = Speed.measured().trainingSeconds(
            multiplyAdds: multiplyAdds(shape) / 3, examples: epochs * batches * batchSize)
        let told = conditional ? ", told one of \(images.classNames.count) classes" : ""
        experiment.describe([
            "data": images.source,
            "images": "\(images.count) of \(shape[0]) × \(shape[1]), \(shape[2] == 1 ? "gray" : "color")\(told)",
            "generator": "\(generator.parameterCount) weights, from \(noise) numbers",
            "discriminator": "\(discriminator.parameterCount) weights, "
                + "\(normalization == .none ? "no" : normalization.rawValue) normalization",
            "loss": loss.rawValue + (smoothing > 0 ? ", real images count for \(1 - smoothing)" : "")
                + (generatorSteps > 1 ? ", \(generatorSteps) generator steps" : "")
                + (averaging > 0 ? ", averaged weights of decay \(averaging)" : ""),
            "training": "\(epochs) epochs of \(batches) batches of \(batchSize), about \(durationText(seconds))",
        ])
    }

    /// Saves the generator after an epoch, if that is due.
    func keepSnapshot(
        _ generator: DCGANGenerator, _ record: NetworkRecord, _ experiment: Experiment, _ epoch: Int
    ) throws {
        guard isMilestone(epoch, from: 1) else { return }
        let path = try experiment.directory("snapshots") + String(format: "/epoch-%04d.safetensors", epoch)
        try Checkpoint.save([("generator", .module(generator)), ("images", .constant(record))], to: path)
    }

    /// The metrics of a run. Those of a long run with the usual settings have the range that recorded runs reached.
    func result(_ experiment: Experiment, _ watch: SampleWatch, _ images: ImageSet, _ steps: Int) -> [Metric] {
        let usual = Train()
        let isUsual =
            (noise, width, batchSize) == (usual.noise, usual.width, usual.batchSize) && generatorSteps == 1
            && (learningRate, beta1, averaging, smoothing) == (usual.learningRate, usual.beta1, usual.averaging, 0)
            && loss == usual.loss && normalization == usual.normalization && images.shape == [28, 28, 1]
            && [.fashion, .mnist].contains(images.choice.dataset) && experiment.size != .smoke && steps >= 1800
        let charts = TrainingCharts(log: "\(experiment.folder.path)/log.jsonl", loss)
        return (experiment.evaluations.last { $0.metrics.count > 1 }?.metrics.dropFirst().map { $0 } ?? []) + [
            Metric("variety", charts.variety.last?.y ?? .nan, expected: isUsual ? 0.75...1.25 : nil),
            Metric("collapses", Double(watch.collapses), expected: isUsual ? 0...0 : nil),
            Metric("discriminator_loss", charts.last("discriminator_loss")),
            Metric("generator_loss", charts.last("generator_loss")), Metric("real_score", charts.last("real")),
            Metric("made_score", charts.last("made")),
        ]
    }
}
