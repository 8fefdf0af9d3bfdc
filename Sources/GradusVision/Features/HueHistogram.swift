import Gradus

/// How much of an image has each hue: the share of pixels in each of some bins of equal width.
///
/// Grays have hue 0, so they fall into the first bin with red. Gray images have no hues worth counting.
public struct HueHistogram: Sendable {
    /// The number of bins.
    public let bins: Int

    /// A histogram; 10 bins are those of Stanford's course cs231n.
    ///
    /// - Traps: when `bins` is not positive.
    public init(bins: Int = 10) {
        check(bins > 0, "HueHistogram: expected a positive number of bins, got \(bins)")
        self.bins = bins
    }

    /// The shares, which sum to 1.
    ///
    /// - Traps: when the image is gray.
    public func callAsFunction(_ image: Image) -> [Float] {
        check(image.channels == 3, "HueHistogram: a gray image has no hues")
        var counts = [Int](repeating: 0, count: bins)
        for pixel in 0..<(image.width * image.height) {
            counts[min(Int(image.hsv(pixel).hue * Double(bins)), bins - 1)] += 1
        }
        return counts.map { Float($0) / Float(image.width * image.height) }
    }
}

extension Image {
    /// The color of the pixel with a running number.
    func hsv(_ pixel: Int) -> HSV { HSV(pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2]) }
}
