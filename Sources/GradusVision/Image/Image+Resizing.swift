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
