import GradusVision

/// The weights of one class as an image: of color images each channel about mid-gray, of gray ones blue to red.
struct TemplateImage {
    private let weights: [Float]
    private let shape: [Int]

    init(_ weights: [Float], _ shape: [Int]) { (self.weights, self.shape) = (weights, shape) }

    func drawn() -> Image {
        // A few large weights, mostly at the rim, would leave all others gray.
        let sizes = weights.map(abs).sorted()
        let largest = max(sizes[(sizes.count - 1) * 99 / 100], 1e-12)
        if shape[2] == 1 {
            let colors = weights.map { ColorMap.diverging.color(Double($0 / largest)) }
            return Image(
                width: shape[1], height: shape[0], channels: 3, pixels: colors.flatMap { [$0.red, $0.green, $0.blue] })
        }
        let pixels = weights.map { UInt8(127.5 + 127.5 * min(max($0 / largest, -1), 1)) }
        return Image(width: shape[1], height: shape[0], channels: 3, pixels: pixels)
    }
}
