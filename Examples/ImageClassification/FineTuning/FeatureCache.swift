import Gradus
import GradusData

/// Features of all pictures of a run, computed before the head learns: epochs then take moments, however large the network is.
struct FeatureCache {
    /// Of the pictures to learn from, followed by those of their mirror images.
    let training: FrozenFeatures
    /// Of the pictures to judge by.
    let validation: FrozenFeatures
    private let pictures: Int

    init(
        _ transfer: TransferNetwork, _ data: FineTuneData, mirrors: Bool,
        progress: (_ done: Int, _ all: Int) throws -> Void
    ) rethrows {
        pictures = data.training.count
        let all = pictures * (mirrors ? 2 : 1) + data.validation.count
        func features(_ images: LabelledImages, mirrored: Bool, after done: Int) throws -> FrozenFeatures {
            let flip: [any PictureTransform] = mirrored ? [HorizontalFlip(probability: 1)] : []
            return try FrozenFeatures(
                of: transfer.network, before: transfer.head, images,
                PicturePipeline(flip + transfer.pipeline.transforms)
            ) { try progress(done + $0, all) }
        }
        var training = try features(data.training, mirrored: false, after: 0)
        if mirrors {
            training = training.followed(by: try features(data.training, mirrored: true, after: pictures))
        }
        self.training = training
        validation = try features(data.validation, mirrored: false, after: all - data.validation.count)
    }

    /// The features of some of the pictures to learn from, with those of their mirror images if there are any.
    func training(_ places: [Int]) -> FrozenFeatures {
        training.choosing(places + (training.count > pictures ? places.map { $0 + pictures } : []))
    }
}
