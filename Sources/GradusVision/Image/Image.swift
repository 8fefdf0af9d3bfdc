import Gradus

/// An image of 8-bit samples: `pixels` holds `height × width × channels` values, row by row (H W C).
///
/// One channel is gray, three are red, green and blue (sRGB). There is no alpha: reading a file composites it
/// onto a background.
public struct Image: Equatable, Sendable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Samples in a pixel: 1 or 3.
    public let channels: Int
    /// The samples; the one of row `y`, column `x`, channel `c` is at `(y · width + x) · channels + c`.
    public internal(set) var pixels: [UInt8]

    /// An image of the given samples.
    ///
    /// - Traps: when a side is not positive, `channels` is neither 1 nor 3, or `pixels` has another count.
    public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        let count = Image.sampleCount(width, height, channels)
        check(
            pixels.count == count,
            "Image: \(width) × \(height) × \(channels) needs \(count) samples, got \(pixels.count)")
        self.init(unchecked: pixels, width, height, channels)
    }

    /// An image of one value everywhere.
    ///
    /// - Traps: when a side is not positive or `channels` is neither 1 nor 3.
    public init(width: Int, height: Int, channels: Int, filledWith value: UInt8 = 0) {
        let count = Image.sampleCount(width, height, channels)
        self.init(unchecked: [UInt8](repeating: value, count: count), width, height, channels)
    }

    /// For callers that have computed the samples from a valid image.
    init(unchecked pixels: [UInt8], _ width: Int, _ height: Int, _ channels: Int) {
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// The sample in a row, column and channel.
    ///
    /// - Traps: when one is out of range.
    public subscript(row: Int, column: Int, channel: Int = 0) -> UInt8 {
        get { pixels[offset(row, column, channel)] }
        set { pixels[offset(row, column, channel)] = newValue }
    }

    private func offset(_ row: Int, _ column: Int, _ channel: Int) -> Int {
        check(
            row >= 0 && row < height && column >= 0 && column < width && channel >= 0 && channel < channels,
            "Image: [\(row), \(column), \(channel)] is outside [H \(height), W \(width), C \(channels)]")
        return (row * width + column) * channels + channel
    }

    private static func sampleCount(_ width: Int, _ height: Int, _ channels: Int) -> Int {
        check(
            width > 0 && height > 0 && (channels == 1 || channels == 3),
            "Image: expected positive sides and 1 or 3 channels, got \(width) × \(height) × \(channels)")
        let (area, areaOverflows) = width.multipliedReportingOverflow(by: height)
        let (count, countOverflows) = area.multipliedReportingOverflow(by: channels)
        check(!areaOverflows && !countOverflows, "Image: \(width) × \(height) × \(channels) is too large")
        return count
    }
}

extension Image {
    /// The default limit of samples (`width × height × channels`) of an image that is read: 256 Mi.
    public static let defaultSampleLimit = 256 << 20
}

extension Image {
    /// The image in one channel: ITU-R BT.601 luma `0.299 R + 0.587 G + 0.114 B` of the encoded samples, rounded.
    ///
    /// This is the gray of JPEG, Pillow and torchvision. A gray image is returned unchanged.
    public func gray() -> Image {
        if channels == 1 { return self }
        let gray = [UInt8](unsafeUninitializedCapacity: width * height) { output, count in
            pixels.withUnsafeBufferPointer { input in
                for i in 0..<output.count { output[i] = luma601(input[3 * i], input[3 * i + 1], input[3 * i + 2]) }
            }
            count = output.count
        }
        return Image(unchecked: gray, width, height, 1)
    }

    /// The image in three channels; a gray sample is repeated, a color image is returned unchanged.
    public func color() -> Image {
        if channels == 3 { return self }
        let color = [UInt8](unsafeUninitializedCapacity: 3 * pixels.count) { output, count in
            pixels.withUnsafeBufferPointer { input in
                for i in 0..<output.count { output[i] = input[i / 3] }
            }
            count = output.count
        }
        return Image(unchecked: color, width, height, 3)
    }

    /// The negative: every sample `v` becomes `255 − v`.
    public func inverted() -> Image {
        Image(unchecked: pixels.map { 255 - $0 }, width, height, channels)
    }
}
