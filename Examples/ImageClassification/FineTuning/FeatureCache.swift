import Gradus
import GradusData

/// Features of all images of a run, computed before the head learns: epochs then take moments, however large the network is.
struct FeatureCache {
    /// Of the images to learn from, followed by those of their mirror images.
    let training: FrozenFeatures
    /// Of the images to evaluate on.
    let validation: FrozenFeatures
    private let images: Int

    init(
        _ transfer: TransferNetwork, _ data: FineTuneData, mirrors: Bool,
        progress: (_ done: Int, _ all: Int) throws -> Void
    ) rethrows {
        images = data.training.count
        let all = images * (mirrors ? 2 : 1) + data.validation.count
        func features(_ images: LabeledImages, mirrored: Bool, after done: Int) throws -> FrozenFeatures {
            let flip: [any ImageTransform] = mirrored ? [HorizontalFlip(probability: 1)] : []
            return try FrozenFeatures(
                of: transfer.network, before: transfer.head, images,
                ImagePipeline(flip, normalization: transfer.pipeline.normalization)
            ) { try progress(done + $0, all) }
        }
        var training = try features(data.training, mirrored: false, after: 0)
        if mirrors {
            training = training.followed(by: try features(data.training, mirrored: true, after: images))
        }
        self.training = training
        validation = try features(data.validation, mirrored: false, after: all - data.validation.count)
    }

    /// The features of some of the images to learn from, with those of their mirror images if there are any.
    func training(_ places: [Int]) -> FrozenFeatures {
        training.choosing(places + (training.count > images ? places.map { $0 + images } : []))
    }
}
