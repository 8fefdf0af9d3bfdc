import Foundation
import Gradus
import GradusData
import GradusModels
import GradusSVM
import GradusTraining

/// The DCGAN paper's own measure: what the discriminator sees in real images, by how well a linear support vector machine
/// tells their classes from it. Beside it the same from raw pixels.
extension Score {
    func scoreDiscriminator() throws {
        let checkpoint = try openRun("\(source.out)/checkpoint.safetensors")
        let discriminator: DCGANDiscriminator = try checkpoint.model(part: "discriminator")
        let images = try checkpoint.value("images", as: NetworkRecord.self).imageSet(data)
        guard images.classNames.count > 1, let test = images.test else {
            throw $svm.error("it needs images with classes, and others to test with: fashion, mnist or cifar10")
        }
        guard discriminator.classes == 0 else {
            throw UsageError("this discriminator is told the classes; --svm evaluates one that was trained without")
        }
        let training = try images.loaded(svmImages, seed: source.seed)
        let folder = try OutputFolder(source.out)
        let log = EventLog(URL(fileURLWithPath: folder.file("svm.jsonl")))
        showTable([
            ("seed", "\(source.seed)"), ("discriminator", checkpoint.path), ("images", images.source),
            ("learned from", "\(training.count) images"), ("tested on", "\(test.count)"),
        ])
        let pixels = try accuracy("raw pixels", training, test, log) { batch in
            batch.images.reshaped(to: [batch.labels.count, batch.images.count / batch.labels.count])
        }
        let features = try accuracy("discriminator", training, test, log) { batch in
            discriminator.pooledFeatures(batch.images * 2 - 1)
        }
        if images.choice.dataset == .cifar10 {
            show("the paper: 82.8 % with 28,672 features, trained on ImageNet, on the original CIFAR-10")
        }
        try folder.finish(
            [Metric("feature_accuracy", features, unit: "%"), Metric("pixel_accuracy", pixels, unit: "%")], log)
    }

    /// What a machine that learns from the features of `training` reaches on `test`.
    private func accuracy(
        _ name: String, _ training: LabeledImages, _ test: LabeledImages, _ log: EventLog,
        _ features: @escaping (ImageBatch) -> Tensor<Float>
    ) throws -> Double {
        let scale = FeatureScale(training.prefix(5000), features)
        func machine(_ images: LabeledImages, _ cost: Double) throws -> LinearSVM {
            let labels = Tensor((0..<images.count).map { Int32(images.label($0)) })
            return try LinearSVM(Tensor.concatenated(images.batches(of: 500).map { scale($0) }), labels, cost: cost)
        }
        func share(of machine: LinearSVM, _ images: LabeledImages) -> Double {
            let right = images.batches(of: 500).reduce(0) { sum, batch in
                sum + zip(machine(scale(batch)).scalars, batch.labels.scalars).filter { $0 == $1 }.count
            }
            return Double(right) / Double(images.count)
        }
        // The cost that is best on a fifth of the images held out, of at most 5,000.
        let (learned, held) = training.prefix(5000).split(validation: 0.2, seed: source.seed)
        var best = (cost: 0.0, share: -1.0)
        for cost in [1e-2, 1e-1, 1] {
            let share = share(of: try machine(learned, cost), held)
            if share > best.share { best = (cost, share) }
        }
        let right = share(of: try machine(training, best.cost), test)
        show(String(format: "%@: %d features, C = %g, %.2f %% right", name, scale.count, best.cost, 100 * right))
        try log.write(
            "svm",
            [
                "features": .text(name), "count": .integer(scale.count), "cost": .number(best.cost),
                "accuracy": .number(right),
            ])
        return right
    }
}

/// Brings features to mean 0 and, together, to rows of length 1 on average, as a support vector machine wants them.
private struct FeatureScale {
    private let features: (ImageBatch) -> Tensor<Float>
    private let mean: Tensor<Float>
    private let factor: Tensor<Float>

    var count: Int { mean.count }

    /// The scale of the features of some images.
    init(_ images: LabeledImages, _ features: @escaping (ImageBatch) -> Tensor<Float>) {
        let rows = Tensor.concatenated(images.batches(of: 500).map(features))
        (self.features, mean) = (features, rows.mean(axes: [0]))
        factor = 1 / ((rows.variance(axes: [0]).squareRoot() + 1e-3) * Float(rows.shape[1]).squareRoot())
    }

    func callAsFunction(_ batch: ImageBatch) -> Tensor<Float> { (features(batch) - mean) * factor }
}
