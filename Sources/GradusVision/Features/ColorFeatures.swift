import Gradus

/// A histogram of hues: the share of an image's pixels in each of several bins of equal width.
///
/// Grays have hue 0 and are counted in the first bin, with red.
public struct HueHistogram: Sendable {
    /// The number of bins.
    let bins: Int

    /// A histogram, by default of 10 bins as in Stanford's course cs231n.
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
    /// The color of the pixel with the given index.
    func hsv(_ pixel: Int) -> HSV { HSV(pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2]) }
}

/// A color as hue, saturation and value, each 0 to 1 (Smith 1978).
///
/// With M the largest and m the smallest of R, G and B: `V = M`, `S = (M − m) / M`, and the hue is the color's position on the
/// circle of red (0), green (1/3) and blue (2/3). Grays have hue and saturation 0.
public struct HSV: Equatable, Sendable {
    /// 0 ≤ hue < 1.
    public let hue: Double
    /// 0 for grays to 1 for pure colors.
    public let saturation: Double
    /// 0 for black to 1.
    public let value: Double

    /// The color of the given 8-bit components.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        let (r, g, b) = (Double(red), Double(green), Double(blue))
        let (most, least) = (max(r, g, b), min(r, g, b))
        let range = most - least
        value = most / 255
        saturation = most == 0 ? 0 : range / most
        guard range > 0 else {
            hue = 0
            return
        }
        // Sixths of the circle, from the largest component's position.
        let sixths =
            most == r ? (g - b) / range : most == g ? 2 + (b - r) / range : 4 + (r - g) / range
        hue = sixths < 0 ? sixths / 6 + 1 : sixths / 6
    }
}

/// The colors that occur in each part of an image (Golle 2008, section 4).
///
/// The image is divided into `grid` × `grid` cells and colors into bins of hue, saturation and value. A feature is 1 when any pixel of its
/// cell has a color of its bin, else 0: `grid² · hues · saturations · values` features, cell by cell, in each by hue, then saturation, then
/// value.
public struct ColorCells: Hashable, Sendable {
    /// Cells along each side.
    public let grid: Int
    /// Bins of hue.
    let hues: Int
    /// Bins of saturation.
    let saturations: Int
    /// Bins of value.
    let values: Int

    /// Features of the given cells and bins.
    ///
    /// - Traps: when a number is not positive.
    public init(grid: Int, hues: Int, saturations: Int, values: Int) {
        check(
            grid > 0 && hues > 0 && saturations > 0 && values > 0,
            "ColorCells: \(grid) × \(grid) cells, \(hues) × \(saturations) × \(values) bins")
        (self.grid, self.hues, self.saturations, self.values) = (grid, hues, saturations, values)
    }

    /// The number of features.
    public var count: Int { grid * grid * hues * saturations * values }

    /// The features of an image, 0 or 1 each; a gray image's colors have hue and saturation 0.
    public func callAsFunction(_ image: Image) -> [Float] {
        let color = image.color()
        var features = [Float](repeating: 0, count: count)
        for y in 0..<color.height {
            for x in 0..<color.width {
                let hsv = color.hsv(y * color.width + x)
                let cell = y * grid / color.height * grid + x * grid / color.width
                let bin = (binIndex(hsv.hue, hues) * saturations + binIndex(hsv.saturation, saturations)) * values
                features[cell * hues * saturations * values + bin + binIndex(hsv.value, values)] = 1
            }
        }
        return features
    }

    private func binIndex(_ share: Double, _ bins: Int) -> Int { min(Int(share * Double(bins)), bins - 1) }
}
