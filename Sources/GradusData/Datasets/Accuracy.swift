import Gradus

/// The share of images that a network names rightly.
///
/// - Parameters:
///   - model: from images `[N, H, W, C]` to scores `[N, K]`.
///   - images: the images, which go through the network 100 at a time.
/// - Returns: 0 to 1; 0 when there are no images.
public func accuracy(of model: some Layer, on images: LabeledImages) -> Double {
    var right = 0.0
    for batch in images.batches(of: 100) {
        let scores = model(batch.images, .inference)
        right += accuracy(scores, batch.labels) * Double(batch.labels.count)
    }
    return images.count == 0 ? 0 : right / Double(images.count)
}
