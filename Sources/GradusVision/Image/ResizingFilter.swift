import Foundation

/// How `Image.resized` weighs the source pixels under a target pixel.
public enum ResizingFilter: Sendable, CaseIterable {
    /// The one source pixel under the target pixel's center: for label maps and for enlarging pixels visibly.
    case nearest
    /// A triangle, 2 source pixels wide when enlarging and widened by the ratio when shrinking.
    case bilinear
    /// The cubic of Keys (1981) with `a = −0.5` (Catmull–Rom), 4 source pixels wide and widened likewise.
    case bicubic

    /// Half the filter's width, in source pixels at ratio 1.
    var support: Double { self == .bicubic ? 2 : 1 }

    /// The filter's weight at a distance from its center.
    func weight(_ distance: Double) -> Double {
        let t = abs(distance)
        switch self {
        case .nearest, .bilinear:
            return max(0, 1 - t)
        case .bicubic:
            let a = -0.5
            if t < 1 { return ((a + 2) * t - (a + 3)) * t * t + 1 }
            if t < 2 { return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a }
            return 0
        }
    }
}

/// The source pixels and weights of every target pixel along one axis.
struct ResamplingTable {
    /// Bits after the point; 8 bits of sample, 22 of weight and 2 for overshoot fit in an `Int32`.
    static let fractionBits: Int32 = 22

    /// First source pixel of each target pixel.
    private(set) var starts: [Int] = []
    /// Number of source pixels of each target pixel.
    private(set) var counts: [Int] = []
    /// Fixed-point weights, `stride` for each target pixel; the weights of a pixel sum to 1.
    private(set) var weights: [Int32] = []
    let stride: Int

    init(from source: Int, to target: Int, filter: ResizingFilter) {
        let ratio = Double(source) / Double(target)
        let spread = max(ratio, 1)
        let support = filter.support * spread
        stride = min(Int(support.rounded(.up)) * 2 + 1, source)
        let one = Double(1 << ResamplingTable.fractionBits)
        for i in 0..<target {
            let center = (Double(i) + 0.5) * ratio
            let first = max(0, Int(center - support + 0.5))
            let end = min(source, Int(center + support + 0.5))
            let raw = (first..<end).map { filter.weight((Double($0) - center + 0.5) / spread) }
            let sum = raw.reduce(0, +)
            starts.append(first)
            counts.append(raw.count)
            weights += raw.map { Int32(($0 / sum * one).rounded(.toNearestOrAwayFromZero)) }
            weights += repeatElement(0, count: stride - raw.count)
        }
    }
}
