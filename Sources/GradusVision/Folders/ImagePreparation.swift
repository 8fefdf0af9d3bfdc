import Gradus

/// How images of all sizes become images of one size: cut, shrunk or enlarged, in one channel or three.
public struct ImagePreparation: Sendable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// 1 for gray, 3 for color.
    public let channels: Int
    /// The side of a square that is cut out of the middle first, as 108 for the aligned CelebA faces; nil keeps as much as the
    /// proportions allow.
    public let cropSide: Int?
    /// How pixels are averaged.
    public let filter: ResizingFilter
    /// The color under transparent pixels.
    public let background: Color
    /// The shortest side of an image that is used at all.
    public let minimumSide: Int
    /// The most samples that a file may have; this many bytes, two or three times, are held while it is read.
    public let sampleLimit: Int

    /// A preparation for images of `width` × `height` pixels and `channels` channels.
    ///
    /// - Traps: when a side is not positive or `channels` is neither 1 nor 3.
    public init(
        width: Int, height: Int, channels: Int = 3, cropSide: Int? = nil, filter: ResizingFilter = .bicubic,
        background: Color = .white, minimumSide: Int = 4, sampleLimit: Int = 64 << 20
    ) {
        check(
            width > 0 && height > 0 && (channels == 1 || channels == 3) && (cropSide ?? 1) > 0,
            "ImagePreparation: \(width) × \(height) × \(channels), cut to \(cropSide ?? 0)")
        (self.width, self.height, self.channels, self.cropSide) = (width, height, channels, cropSide)
        (self.filter, self.background) = (filter, background)
        (self.minimumSide, self.sampleLimit) = (minimumSide, sampleLimit)
    }

    /// The number of bytes of a prepared image.
    public var sampleCount: Int { width * height * channels }

    /// The prepared image: the middle in the right proportions, resized, in the right number of channels.
    public func callAsFunction(_ image: Image) -> Image {
        let middle = cropSide.map { image.centerCropped(width: $0, height: $0) } ?? image
        let resized = middle.centerCropped(toProportions: width, height)
            .resized(width: width, height: height, filter: filter)
        return channels == 1 ? resized.gray() : resized.color()
    }

    /// The prepared image of a file.
    ///
    /// - Throws: `ImageError` when it cannot be read, or is smaller than ``minimumSide``.
    public func callAsFunction(contentsOf path: String) throws(ImageError) -> Image {
        let image = try Image(contentsOf: path, background: background, sampleLimit: sampleLimit)
        guard min(image.width, image.height) >= minimumSide else {
            throw ImageError(
                .tooSmall, file: path,
                "has \(image.width) × \(image.height) pixels, less than \(minimumSide) to a side: nothing can be seen in "
                    + "it")
        }
        return self(image)
    }
}
