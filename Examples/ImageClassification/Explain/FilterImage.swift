import Gradus
import GradusVision

/// The filters of a network's first convolution.
struct FilterImage {
    let classifier: Classifier
    /// The colors of an image.
    let channels: Int

    /// The weights of the first convolution that sees pixels, `[KH, KW, C, M]`, and its name.
    private var filters: (name: String, weight: Tensor<Float>)? {
        for (name, parameter) in classifier.network.namedParameters() where parameter.shape.count == 4 {
            return parameter.shape[2] == channels ? (name, parameter.value) : nil
        }
        return nil
    }

    /// One square a filter: in the image's own colors for color images, where mid-gray is a weight of 0; else blue where a
    /// pixel lowers the unit's value and red where it raises it. `nil` when the network does not begin with a convolution.
    func drawn() -> GradusVision.Image? {
        guard let (name, weight) = filters else { return nil }
        let all = weight.transposed([3, 0, 1, 2])
        let (count, side) = (min(all.shape[0], 96), max(all.shape[1], all.shape[2]))
        let cells = (0..<count).map { index in
            let filter = all[index]
            let largest = max(filter.absoluteValue().max().item, 1e-12)
            let image =
                filter.shape[2] == 3
                ? Image(filter, range: -largest...largest)
                : Image(filter.reshaped(to: [filter.shape[0], filter.shape[1]]), colors: .diverging)
            return ImageGrid.Cell(image)
        }
        return ImageGrid(
            cells, columns: 8,
            title: "\(classifier.name), \(name): \(count) filters of \(all.shape[1]) × \(all.shape[2])",
            magnification: max(1, 72 / side)
        ).drawn()
    }
}
