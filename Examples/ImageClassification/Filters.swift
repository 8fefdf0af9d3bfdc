import Gradus
import GradusModels
import GradusVision

/// The filters of the first convolution: in the image's own colors for color images, where mid-gray is a weight of 0; else blue
/// where a pixel lowers the unit's value and red where it raises it. Nil for a network that does not begin with one.
func drawFilters(of classifier: ImageClassifier) -> Image? {
    let first = classifier.namedParameters().first { $0.parameter.shape.count == 4 }
    guard let (name, parameter) = first, parameter.shape[2] == classifier.inputShape[2],
        [1, 3].contains(parameter.shape[2])
    else { return nil }
    let all = parameter.value.transposed([3, 0, 1, 2])
    let shape = all.shape
    let cells = (0..<min(shape[0], 96)).map { index in
        let filter = all[index]
        let largest = max(filter.absoluteValue().max().item, 1e-12)
        return ImageGrid.Cell(
            shape[3] == 3
                ? Image(filter, range: -largest...largest)
                : Image(filter.reshaped(to: [shape[1], shape[2]]), colors: .diverging))
    }
    let count = cells.count < shape[0] ? "\(cells.count) of \(shape[0])" : "\(shape[0])"
    return ImageGrid(
        cells, columns: 8,
        title: "\(classifier.network.name), \(name): \(count) filters of \(shape[1]) × \(shape[2])",
        magnification: max(1, 72 / max(shape[1], shape[2]))
    ).drawn()
}

/// The strongest channels of a layer's output `[1, H, W, C]`, the one with the greatest value first.
func drawMaps(_ output: Tensor<Float>, title: String, channels: Int = 32) -> Image {
    let (height, width, count) = (output.shape[1], output.shape[2], output.shape[3])
    let maps = output[0].transposed([2, 0, 1])
    let peaks = maps.reshaped(to: [count, height * width]).absoluteValue().max(axes: [1])
    let chosen = peaks.argsort(descending: true).scalars.prefix(channels).map { Int($0) }
    // A few extreme places would leave everything else without color.
    let limit = max(quantile(maps.absoluteValue(), 0.995), 1e-12)
    let isSigned = output.min().item < 0
    let cells = chosen.map { channel in
        ImageGrid.Cell(
            Image(maps[channel], colors: isSigned ? .diverging : .heat, limit: limit), caption: ["channel \(channel)"])
    }
    return ImageGrid(
        cells, columns: 8, title: "\(title): \(cells.count) of \(count) channels, \(height) × \(width) each",
        magnification: max(1, 96 / max(height, width))
    ).drawn()
}

/// The value below which a share of the elements lies.
func quantile(_ values: Tensor<Float>, _ share: Double) -> Float {
    let sorted = values.scalars.sorted()
    return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
}
