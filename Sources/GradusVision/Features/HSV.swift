/// A color as hue, saturation and value, each 0 to 1 (Smith 1978).
///
/// With M the largest and m the smallest of R, G and B: `V = M`, `S = (M − m) / M`, and the hue is where the color stands on the
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
        // Sixths of the circle, from the largest component's own place.
        let sixths =
            most == r ? (g - b) / range : most == g ? 2 + (b - r) / range : 4 + (r - g) / range
        hue = sixths < 0 ? sixths / 6 + 1 : sixths / 6
    }
}
