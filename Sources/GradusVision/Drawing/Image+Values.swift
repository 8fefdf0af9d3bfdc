import Gradus

extension Image {
    /// Numbers as colors: a heat map.
    ///
    /// - Parameters:
    ///   - values: `[H, W]`.
    ///   - colors: the map; `diverging` shows `−limit … limit`, the others `0 … limit`.
    ///   - limit: the value of the strongest color; `nil` takes the largest absolute value.
    /// - Traps: when `values` has another rank or no elements.
    public init(_ values: Tensor<Float>, colors: ColorMap, limit: Float? = nil) {
        check(values.rank == 2 && values.count > 0, "Image: expected values [H, W], got \(values.shape)")
        let numbers = values.scalars
        let strongest = Double(limit ?? numbers.lazy.map(abs).max() ?? 0)
        let pixels = numbers.flatMap { value -> [UInt8] in
            let color = colors.color(strongest > 0 ? Double(value) / strongest : 0)
            return [color.red, color.green, color.blue]
        }
        self.init(width: values.shape[1], height: values.shape[0], channels: 3, pixels: pixels)
    }

    /// The image of numbers `[H, W, C]` with C 1 or 3, of which `range` becomes black to full brightness.
    ///
    /// - Traps: when `values` has another shape or no elements.
    public init(_ values: Tensor<Float>, range: ClosedRange<Float> = 0...1) {
        check(
            values.rank == 3 && values.count > 0 && [1, 3].contains(values.shape[2]),
            "Image: expected values [H, W, 1] or [H, W, 3], got \(values.shape)")
        let scale = 255 / max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
        let pixels = values.scalars.map { value -> UInt8 in
            guard !value.isNaN else { return 128 }
            let level = (value - range.lowerBound) * scale
            return UInt8(min(max(level, 0), 255).rounded())
        }
        self.init(width: values.shape[1], height: values.shape[0], channels: values.shape[2], pixels: pixels)
    }

    /// This image (`share` 0) mixed with another of the same size (`share` 1), pixel by pixel, in color.
    ///
    /// - Traps: when the sizes differ.
    public func mixed(with other: Image, _ share: Double) -> Image {
        check(
            width == other.width && height == other.height,
            "mixed: \(width) × \(height) pixels with \(other.width) × \(other.height)")
        let share = min(max(share, 0), 1)
        let pixels = zip(color().pixels, other.color().pixels).map { a, b -> UInt8 in
            let (from, to) = (Double(a), Double(b))
            return UInt8((from + (to - from) * share).rounded())
        }
        return Image(unchecked: pixels, width, height, 3)
    }
}
