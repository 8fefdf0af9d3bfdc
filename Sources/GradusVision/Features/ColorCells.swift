import Gradus

/// Which colors occur in which part of an image (Golle 2008, section 4).
///
/// The image is cut into `grid` × `grid` cells and colors into bins of hue, saturation and value. A feature is 1 when any pixel of its
/// cell has a color of its bin, else 0: `grid² · hues · saturations · values` features, cell by cell, in each by hue, then saturation, then
/// value.
public struct ColorCells: Hashable, Sendable {
    /// Cells along each side.
    public let grid: Int
    /// Bins of hue.
    public let hues: Int
    /// Bins of saturation.
    public let saturations: Int
    /// Bins of value.
    public let values: Int

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
                let bin = (place(hsv.hue, hues) * saturations + place(hsv.saturation, saturations)) * values
                features[cell * hues * saturations * values + bin + place(hsv.value, values)] = 1
            }
        }
        return features
    }

    private func place(_ share: Double, _ bins: Int) -> Int { min(Int(share * Double(bins)), bins - 1) }
}
