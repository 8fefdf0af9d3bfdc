/// A color of three 8-bit sRGB components.
public struct Color: Hashable, Sendable {
    /// The red component.
    public var red: UInt8
    /// The green component.
    public var green: UInt8
    /// The blue component.
    public var blue: UInt8

    /// A color of the given components.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A color from `0xRRGGBB`; higher bits are ignored.
    public init(hex: UInt32) {
        self.init(UInt8(hex >> 16 & 0xFF), UInt8(hex >> 8 & 0xFF), UInt8(hex & 0xFF))
    }

    /// A neutral gray.
    public static func gray(_ level: UInt8) -> Color { Color(level, level, level) }

    /// White.
    public static let white = gray(255)
    /// Black.
    public static let black = gray(0)

    /// The brightness by ITU-R BT.601, `0.299 R + 0.587 G + 0.114 B`, rounded.
    public var luma: UInt8 { luma601(red, green, blue) }

    /// The color between this one (`share` 0) and another (`share` 1), component by component.
    public func mixed(with other: Color, _ share: Double) -> Color {
        let share = min(max(share, 0), 1)
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
            let (from, to) = (Double(a), Double(b))
            return UInt8((from + (to - from) * share).rounded())
        }
        return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }

    /// Black or white, whichever is more legible on this color.
    var ink: Color { luma < 140 ? .white : Color(hex: 0x1F2933) }
}

/// BT.601 luma in 16-bit fixed point; the weights sum to 65536, so that grays keep their value.
@inline(__always)
func luma601(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    var sum: UInt32 = 32768
    sum &+= 19595 &* UInt32(red)
    sum &+= 38470 &* UInt32(green)
    sum &+= 7471 &* UInt32(blue)
    return UInt8(truncatingIfNeeded: sum >> 16)
}
