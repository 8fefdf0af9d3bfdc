import Foundation
import Gradus
import GradusEvaluation
import GradusVision

/// Where images lie in the space of the network's last features, in the two directions of largest variance.
struct EmbeddingImage {
    let classifier: Classifier

    /// A map of the images, as they were prepared, by their features `[N, D]`.
    ///
    /// - Throws: `LAPACKError` when a feature is not finite.
    func drawn(
        _ images: [GradusVision.Image], labels: [Int], classNames: [String], features: Tensor<Float>
    ) throws -> GradusVision.Image {
        let components = try PrincipalComponents(FeatureStatistics(features), count: 2)
        let places = components(features)
        let items = images.indices.map { row in
            ThumbnailMap.Item(
                images[row], x: Double(places.element(at: row, 0)), y: Double(places.element(at: row, 1)),
                group: labels[row])
        }
        let shares = components.shares.map { String(format: "%.0f %%", 100 * $0) }.joined(separator: " and ")
        return ThumbnailMap(
            items, groupNames: classNames,
            title:
                "\(classifier.name): \(features.shape[1]) features of \(items.count) images in two directions, \(shares) of "
                + "their variance"
        ).drawn()
    }
}
