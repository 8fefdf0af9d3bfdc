import Gradus

extension Image {
    /// The image in another size.
    ///
    /// When shrinking, `bilinear` and `bicubic` widen with the ratio, so that every source pixel counts and fine patterns
    /// average out instead of aliasing. The axes are resampled one after the other, columns first, rounded to 8 bits in
    /// between: the arithmetic of Pillow's `Image.resize`, whose results these equal.
    ///
    /// - Traps: when a side is not positive.
    public func resized(width newWidth: Int, height newHeight: Int, filter: ResizingFilter = .bilinear) -> Image {
        check(newWidth > 0 && newHeight > 0, "resized: expected positive sides, got \(newWidth) × \(newHeight)")
        if newWidth == width && newHeight == height { return self }
        if filter == .nearest { return resizedToNearest(newWidth, newHeight) }

        var image = self
        if newWidth != width {
            let table = ResamplingTable(from: width, to: newWidth, filter: filter)
            image = image.resampledColumns(table, newWidth)
        }
        if newHeight != height {
            let table = ResamplingTable(from: height, to: newHeight, filter: filter)
            image = image.resampledRows(table, newHeight)
        }
        return image
    }

    private func resizedToNearest(_ newWidth: Int, _ newHeight: Int) -> Image {
        func sources(_ source: Int, _ target: Int) -> [Int] {
            (0..<target).map { min(source - 1, Int((Double($0) + 0.5) * Double(source) / Double(target))) }
        }
        let columns = sources(width, newWidth)
        var resized: [UInt8] = []
        resized.reserveCapacity(newWidth * newHeight * channels)
        for y in sources(height, newHeight) {
            for x in columns {
                let start = (y * width + x) * channels
                for c in 0..<channels { resized.append(pixels[start + c]) }
            }
        }
        return Image(unchecked: resized, newWidth, newHeight, channels)
    }

    private func resampledColumns(_ table: ResamplingTable, _ newWidth: Int) -> Image {
        let resampled = [UInt8](unsafeUninitializedCapacity: newWidth * height * channels) { output, count in
            pixels.withUnsafeBufferPointer { input in
                table.weights.withUnsafeBufferPointer { weights in
                    for y in 0..<height {
                        for x in 0..<newWidth {
                            let start = (y * width + table.starts[x]) * channels
                            for c in 0..<channels {
                                var sum = rounding
                                for k in 0..<table.counts[x] {
                                    sum &+= Int32(input[start + k * channels + c]) &* weights[x * table.stride + k]
                                }
                                output[(y * newWidth + x) * channels + c] = sample(sum)
                            }
                        }
                    }
                }
            }
            count = output.count
        }
        return Image(unchecked: resampled, newWidth, height, channels)
    }

    private func resampledRows(_ table: ResamplingTable, _ newHeight: Int) -> Image {
        let rowLength = width * channels
        let resampled = [UInt8](unsafeUninitializedCapacity: newHeight * rowLength) { output, count in
            pixels.withUnsafeBufferPointer { input in
                table.weights.withUnsafeBufferPointer { weights in
                    for y in 0..<newHeight {
                        for i in 0..<rowLength {
                            var sum = rounding
                            for k in 0..<table.counts[y] {
                                sum &+=
                                    Int32(input[(table.starts[y] + k) * rowLength + i])
                                    &* weights[y * table.stride + k]
                            }
                            output[y * rowLength + i] = sample(sum)
                        }
                    }
                }
            }
            count = output.count
        }
        return Image(unchecked: resampled, width, newHeight, channels)
    }
}

private let rounding: Int32 = 1 << (ResamplingTable.fractionBits - 1)

/// A fixed-point sum as a sample; the bicubic filter overshoots at edges, so it is clamped.
@inline(__always)
private func sample(_ sum: Int32) -> UInt8 {
    UInt8(clamping: sum >> ResamplingTable.fractionBits)
}

extension ResizingFilter {
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
