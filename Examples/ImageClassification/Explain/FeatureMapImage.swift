import Gradus
import GradusVision

/// What the channels of a layer say about one image, place by place.
struct FeatureMapImage {
    let classifier: Classifier

    /// The strongest channels of a layer's output `[1, H, W, C]`, the one with the greatest value first.
    func drawn(_ output: Tensor<Float>, layer: String, channels: Int = 32) -> GradusVision.Image {
        let (height, width, count) = (output.shape[1], output.shape[2], output.shape[3])
        let maps = output[0].transposed([2, 0, 1])
        let peaks = maps.reshaped(to: [count, height * width]).absoluteValue().max(axes: [1])
        let chosen = peaks.argsort(descending: true).scalars.prefix(channels).map { Int($0) }
        // A few extreme places would leave everything else without color.
        let sorted = maps.absoluteValue().scalars.sorted()
        let largest = max(sorted[sorted.count * 995 / 1000], 1e-12)
        let isSigned = output.min().item < 0
        let cells = chosen.map { channel in
            ImageGrid.Cell(
                Image(maps[channel], colors: isSigned ? .diverging : .heat, limit: largest),
                caption: ["channel \(channel)"])
        }
        return ImageGrid(
            cells, columns: 8,
            title: "\(classifier.name), \(layer): \(cells.count) of \(count) channels, \(height) × \(width) each",
            magnification: max(1, 96 / max(height, width))
        ).drawn()
    }
}
