/// Colors for numbers.
public enum ColorMap: Sendable {
    /// From white through blue to dark blue: shares and counts from 0 to 1.
    case blues
    /// From blue through white to red: values around 0, from −1 to 1.
    case diverging
    /// From black through purple and orange to pale yellow: strengths from 0 to 1, as in a saliency map; equal steps look
    /// alike in gray too.
    case heat

    /// The color of a value; values outside the range take its end, NaN is gray.
    public func color(_ value: Double) -> Color {
        guard !value.isNaN else { return .gray(128) }
        let low = self == .diverging ? -1.0 : 0
        let place = (min(max(value, low), 1) - low) / (1 - low) * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        return stops[index].mixed(with: stops[index + 1], place - Double(index))
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
        let place = ((index % 20) + 20) % 20
        let color = categories[place % 10]
        return place < 10 ? color : color.mixed(with: .black, 0.45)
    }

    private static let categories: [Color] = [
        Color(hex: 0x1D5FA5), Color(hex: 0xD1642E), Color(hex: 0x2F8F57), Color(hex: 0xC03A4B), Color(hex: 0x8A4FA3),
        Color(hex: 0x7A5534), Color(hex: 0xDB7FB0), Color(hex: 0x7B7B7B), Color(hex: 0xB8A42B), Color(hex: 0x2FA9BE),
    ]
}
