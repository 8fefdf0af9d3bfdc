import ExampleSupport
import Foundation
import Gradus
import GradusData
import GradusModels
import GradusSVM
import GradusTraining

/// The DCGAN paper's own measure: what the discriminator sees in real images, by how well a linear support vector machine
/// tells their classes from it. Beside it the same from raw pixels.
struct DiscriminatorScore {
    private let flags: Flags
    private let out: String
    private let seed: Int
    private let count: Int

    init(_ flags: Flags, out: String, seed: Int) throws {
        (self.flags, self.out, self.seed) = (flags, out, seed)
        count = try flags.integer("--svm-images", in: 20...1_000_000) ?? 10_000
    }

    func run() throws {
        let start = ProcessInfo.processInfo.systemUptime
        let network = try TrainedDiscriminator("\(out)/checkpoint.safetensors")
        let images = try network.record.chosenImages(data: flags.text("--data"))
        guard images.classNames.count > 1, let all = images.test else {
            throw UsageError("--svm needs images with classes, and others to test with: fashion, mnist or cifar10")
        }
        guard network.record.recipe.classes == 0 else {
            throw UsageError("this discriminator is told the classes; --svm evaluates one that was trained without")
        }
        let training = try images.real(count, seed: seed)
        let folder = try RunFolder(out)
        let log = try EventLog(URL(fileURLWithPath: folder.file("svm.jsonl")))
        showHeader(
            "image-generation score --svm",
            [
                ("seed", "\(seed)"), ("discriminator", "\(out)/checkpoint.safetensors"), ("images", images.source),
                ("learned from", "\(training.count) images"), ("tested on", "\(all.count)"),
            ])
        let pixels = try accuracy("raw pixels", training, all, log) { batch in
            batch.images.reshaped(to: [batch.labels.count, batch.images.count / batch.labels.count])
        }
        let features = try accuracy("discriminator", training, all, log) { batch in
            discriminatorFeatures(of: network.model, batch.images * 2 - 1)
        }
        let isPaper = network.record.dataName == "cifar10"
        if isPaper { show("the paper: 82.8 % with 28,672 features, trained on ImageNet, on the original CIFAR-10") }
        try RunResult([
            RunResult.Figure("feature_accuracy", features, unit: "%"),
            RunResult.Figure("pixel_accuracy", pixels, unit: "%"),
            RunResult.Figure("seconds", ProcessInfo.processInfo.systemUptime - start, unit: "s"),
            RunResult.Figure("peak_mib", peakMemoryInMiB(), unit: "MiB"),
        ]).report(to: log)
        folder.listFiles()
    }

    /// What a machine that learns from the features of `training` reaches on `test`.
    private func accuracy(
        _ name: String, _ training: LabeledImages, _ test: LabeledImages, _ log: EventLog,
        _ features: (ImageBatch) -> Tensor<Float>
    ) throws -> Double {
        let scale = FeatureScale(training, features)
        let cost = try bestCost(training, scale, features)
        let machine = try LinearSVM(scale.rows(training, features), labels(training), cost: cost)
        let right = share(of: machine, test, scale, features)
        show(String(format: "%@: %d features, C = %g, %.2f %% right", name, scale.count, cost, 100 * right))
        try log.write(
            "svm",
            [
                "features": .text(name), "count": .integer(scale.count), "cost": .number(cost),
                "accuracy": .number(right),
            ])
        return right
    }

    /// The cost that is best on a fifth of the images held out, of at most 5,000.
    private func bestCost(
        _ training: LabeledImages, _ scale: FeatureScale, _ features: (ImageBatch) -> Tensor<Float>
    ) throws -> Double {
        let (learned, held) = training.prefix(5000).split(validation: 0.2, seed: seed)
        let rows = scale.rows(learned, features)
        var best = (cost: 0.0, share: -1.0)
        for cost in [1e-2, 1e-1, 1] {
            let share = share(of: try LinearSVM(rows, labels(learned), cost: cost), held, scale, features)
            if share > best.share { best = (cost, share) }
        }
        return best.cost
    }

    private func share(
        of machine: LinearSVM, _ images: LabeledImages, _ scale: FeatureScale,
        _ features: (ImageBatch) -> Tensor<Float>
    ) -> Double {
        var right = 0
        for batch in images.batches(of: 500) {
            right += zip(machine(scale(features(batch))).scalars, batch.labels.scalars).filter { $0 == $1 }.count
        }
        return Double(right) / Double(images.count)
    }

    private func labels(_ images: LabeledImages) -> Tensor<Int32> {
        Tensor((0..<images.count).map { Int32(images.label($0)) })
    }
}

/// The features of the paper's section 5.1: what every inner layer makes of the images, the largest of each of 4 × 4 fields, in
/// one row, `[N, 16 · channels]`.
func discriminatorFeatures(of model: DCGANDiscriminator, _ images: Tensor<Float>) -> Tensor<Float> {
    let layers = model.features(images, labels: nil, .inference)
    let rows = layers.map { layer in
        let (height, width) = (layer.shape[1], layer.shape[2])
        let stride = Extent2D(max(1, height / 4), max(1, width / 4))
        // What remains of a side that 4 does not divide makes the windows overlap.
        let window = Extent2D(max(1, height - 3 * stride.height), max(1, width - 3 * stride.width))
        let pooled = maxPool(layer, kernel: window, stride: stride)
        return pooled.reshaped(to: [layer.shape[0], pooled.count / layer.shape[0]])
    }
    return Tensor.concatenated(rows, axis: 1)
}

/// Brings features to mean 0 and, together, to rows of length 1 on average, as a support vector machine wants them.
struct FeatureScale {
    private let mean: Tensor<Float>
    private let factor: Tensor<Float>

    var count: Int { mean.count }

    /// The scale of the features of up to 5,000 images.
    init(_ images: LabeledImages, _ features: (ImageBatch) -> Tensor<Float>) {
        let rows = Tensor.concatenated(images.prefix(5000).batches(of: 500).map(features))
        mean = rows.mean(axes: [0])
        let deviation = rows.variance(axes: [0]).squareRoot()
        factor = 1 / ((deviation + 1e-3) * Float(rows.shape[1]).squareRoot())
    }

    func callAsFunction(_ rows: Tensor<Float>) -> Tensor<Float> { (rows - mean) * factor }

    /// The scaled features of all images, `[N, D]`.
    func rows(_ images: LabeledImages, _ features: (ImageBatch) -> Tensor<Float>) -> Tensor<Float> {
        Tensor.concatenated(images.batches(of: 500).map { self(features($0)) })
    }
}
