import Gradus

/// An image within a pipeline: samples as numbers, in the order H W C.
public struct ImagePixels: Equatable, Sendable {
    /// Rows.
    public private(set) var height: Int
    /// Pixels in a row.
    public private(set) var width: Int
    /// Samples in a pixel.
    public let channels: Int
    /// The samples; the one of row `i`, column `j`, channel `c` is at `(i · width + j) · channels + c`.
    public var values: [Float]

    /// An image of the given samples.
    ///
    /// - Traps: when their number is not height × width × channels.
    public init(height: Int, width: Int, channels: Int, values: [Float]) {
        check(
            height > 0 && width > 0 && channels > 0 && values.count == height * width * channels,
            "ImagePixels: \(height) × \(width) × \(channels) samples, got \(values.count)")
        (self.height, self.width, self.channels, self.values) = (height, width, channels, values)
    }

    /// Height, width and channels.
    public var shape: [Int] { [height, width, channels] }

    /// The sample in a row, column and channel.
    public subscript(row: Int, column: Int, channel: Int) -> Float {
        values[(row * width + column) * channels + channel]
    }

    /// Keeps the window with its upper left corner at (`top`, `left`); parts outside the image become `fill`.
    mutating func takeWindow(top: Int, left: Int, height: Int, width: Int, fill: Float) {
        var window = [Float](repeating: fill, count: height * width * channels)
        let first = max(0, -left)
        let last = min(width, self.width - left)
        if first < last {
            let length = (last - first) * channels
            values.withUnsafeBufferPointer { from in
                window.withUnsafeMutableBufferPointer { to in
                    for row in max(0, -top)..<max(max(0, -top), min(height, self.height - top)) {
                        let source = from.baseAddress! + ((row + top) * self.width + first + left) * channels
                        (to.baseAddress! + (row * width + first) * channels).update(from: source, count: length)
                    }
                }
            }
        }
        (self.height, self.width, values) = (height, width, window)
    }

    /// Applies a function to each sample.
    mutating func mapInPlace(_ change: (Float) -> Float) {
        values.withUnsafeMutableBufferPointer { samples in
            for i in samples.indices { samples[i] = change(samples[i]) }
        }
    }

    /// The mean of each channel.
    var channelMeans: [Float] {
        var sums = [Double](repeating: 0, count: channels)
        values.withUnsafeBufferPointer { samples in
            for pixel in stride(from: 0, to: samples.count, by: channels) {
                for channel in 0..<channels { sums[channel] += Double(samples[pixel + channel]) }
            }
        }
        return sums.map { Float($0 / Double(height * width)) }
    }
}
