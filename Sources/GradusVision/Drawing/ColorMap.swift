import Gradus

/// Colors for numbers.
public enum ColorMap: Sendable {
    /// From white through blue to dark blue: shares and counts from 0 to 1.
    case blues
    /// From blue through white to red: values around 0, from −1 to 1.
    case diverging
    /// From black through purple and orange to pale yellow: strengths from 0 to 1, as in a saliency map; equal steps look
    /// distinct in gray, too.
    case heat

    /// The color of a value; values outside the range take its end, NaN is gray.
    public func color(_ value: Double) -> Color {
        guard !value.isNaN else { return .gray(128) }
        let low = self == .diverging ? -1.0 : 0
        let position = (min(max(value, low), 1) - low) / (1 - low) * Double(stops.count - 1)
        let index = min(Int(position), stops.count - 2)
        return stops[index].mixed(with: stops[index + 1], position - Double(index))
    }

    private var stops: [Color] {
        switch self {
        case .blues: Self.blueStops
        case .diverging: Self.divergingStops
        case .heat: Self.heatStops
        }
    }

    private static let blueStops = [
        Color(hex: 0xFFFFFF), Color(hex: 0xC9DDF0), Color(hex: 0x6BA5D1), Color(hex: 0x1D5FA5), Color(hex: 0x08264F),
    ]
    private static let divergingStops = [
        Color(hex: 0x1F4E9E), Color(hex: 0x86B0DC), Color(hex: 0xFFFFFF), Color(hex: 0xE89A82), Color(hex: 0xA11D21),
    ]
    private static let heatStops = [
        Color(hex: 0x000000), Color(hex: 0x3B0F5C), Color(hex: 0x8C2369), Color(hex: 0xD94B3F), Color(hex: 0xF8962B),
        Color(hex: 0xFCF7B0),
    ]
}

extension Color {
    /// A color for the class of the given number, distinct from its neighbors: ten colors, then darker ones, over and
    /// over.
    public static func category(_ index: Int) -> Color {
        let position = ((index % 20) + 20) % 20
        let color = categories[position % 10]
        return position < 10 ? color : color.mixed(with: .black, 0.45)
    }

    private static let categories: [Color] = [
        Color(hex: 0x1D5FA5), Color(hex: 0xD1642E), Color(hex: 0x2F8F57), Color(hex: 0xC03A4B), Color(hex: 0x8A4FA3),
        Color(hex: 0x7A5534), Color(hex: 0xDB7FB0), Color(hex: 0x7B7B7B), Color(hex: 0xB8A42B), Color(hex: 0x2FA9BE),
    ]
}

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
