import CPNG
import Gradus

extension Image {
    /// Decodes the bytes of a PNG file of any color type and bit depth; errors call the file `name`.
    ///
    /// Gray stays one channel, everything else becomes red, green and blue; 16-bit samples are scaled to 8 bits. Alpha, or a
    /// transparent color, is composited onto `background` (a gray image takes the background's luma):
    /// `(α · v + (255 − α) · b) / 255` on the encoded samples, rounded. Color profiles and gamma chunks are ignored; a
    /// camera's EXIF orientation is applied, so that the top is up.
    ///
    /// - Throws: `FileError` when the bytes are not a PNG, cut off, damaged, or larger than `sampleLimit` samples (decided
    ///   before memory is asked for).
    public init(
        png bytes: [UInt8], named name: String = "PNG bytes", background: Color = .white,
        sampleLimit: Int = Image.defaultSampleLimit
    ) throws(FileError) {
        let image = try decodePNG(
            PNGLayout.essentialBytes(bytes, file: name), file: name, background: background, sampleLimit: sampleLimit)
        self = image.upright(PNGLayout.orientation(bytes))
    }
}

/// Decodes through libpng's simplified interface.
///
/// The classic interface reports errors by `longjmp`, which must not cross Swift frames; this one returns them.
private func decodePNG(
    _ bytes: [UInt8], file: String, background: Color, sampleLimit: Int
) throws(FileError) -> Image {
    let result = bytes.withUnsafeBytes { source -> Result<Image, FileError> in
        var png = png_image()
        png.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&png) }
        guard png_image_begin_read_from_memory(&png, source.baseAddress, source.count) != 0 else {
            return .failure(damage(&png, file))
        }

        let (width, height) = (Int(png.width), Int(png.height))
        let isColor = png.format & PNG_FORMAT_FLAG_COLOR != 0
        let hasAlpha = png.format & PNG_FORMAT_FLAG_ALPHA != 0
        // libpng's scaling from 16 to 8 bits garbles interlaced files (pnggroup/libpng issue 853), so 16-bit files are
        // read as "linear" and scaled here. Without color space chunks the samples then come as they are.
        let has16Bits = png.format & PNG_FORMAT_FLAG_LINEAR != 0
        let layout = SampleLayout(channels: isColor ? 3 : 1, hasAlpha: hasAlpha)
        // The alpha samples are counted too: they are memory just the same.
        if width * height > max(0, sampleLimit) / layout.samplesPerPixel {
            return .failure(
                FileError(
                    .tooLarge, file: file,
                    "has \(width) × \(height) × \(layout.samplesPerPixel) samples, more than the limit of \(sampleLimit); "
                        + "make it smaller, or let the program read it with a larger sampleLimit"))
        }

        png.format = (isColor ? PNG_FORMAT_FLAG_COLOR : 0) | (hasAlpha ? PNG_FORMAT_FLAG_ALPHA : 0)
        let count = width * height * layout.samplesPerPixel
        let stride = Int32(width * layout.samplesPerPixel)
        func read(into samples: UnsafeMutableRawBufferPointer) -> Bool {
            png_image_finish_read(&png, nil, samples.baseAddress, stride, nil) != 0
        }
        let pixels: [UInt8]
        if has16Bits {
            png.format |= PNG_FORMAT_FLAG_LINEAR
            var samples = [UInt16](repeating: 0, count: count)
            guard samples.withUnsafeMutableBytes(read) else { return .failure(damage(&png, file)) }
            pixels = layout.composited(samples, onto: background)
        } else {
            var samples = [UInt8](repeating: 0, count: count)
            guard samples.withUnsafeMutableBytes(read) else { return .failure(damage(&png, file)) }
            pixels = hasAlpha ? layout.composited(samples, onto: background) : samples
        }
        return .success(Image(unchecked: pixels, width, height, layout.channels))
    }
    return try result.get()
}

private func damage(_ png: inout png_image, _ file: String) -> FileError {
    let message = withUnsafeBytes(of: &png.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return FileError(.damaged, file: file, "is a damaged PNG (libpng: \(message)); get or export the file again")
}

extension Image {
    /// Writes the image as an 8-bit gray or RGB PNG.
    ///
    /// - Throws: `FileError` when the file cannot be written; the target is then as before, and nothing else is left.
    public func write(to path: String) throws(FileError) {
        try AtomicFile.write(pngBytes(named: path), to: path)
    }

    /// The bytes of an 8-bit gray or RGB PNG file; errors call the file `name`.
    ///
    /// - Throws: `FileError` when libpng refuses the image (a side over a million pixels) or has no memory.
    public func pngBytes(named name: String = "PNG bytes") throws(FileError) -> [UInt8] {
        var png = png_image()
        png.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&png) }
        // The fields are 32 bits wide; what does not fit is far over libpng's limit.
        png.width = UInt32(clamping: width)
        png.height = UInt32(clamping: height)
        png.format = channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0
        let stride = Int32(clamping: width * channels)

        // Room for the samples stored uncompressed (libpng spends 12 bytes on each 8192), so that one pass is enough.
        var capacity = pixels.count + height + pixels.count / 100 + 4096
        var bytes = [UInt8](repeating: 0, count: capacity)
        let done = bytes.withUnsafeMutableBytes { target in
            pixels.withUnsafeBytes { source in
                png_image_write_to_memory(&png, target.baseAddress, &capacity, 0, source.baseAddress, stride, nil)
            }
        }
        guard done != 0 else {
            let message = withUnsafeBytes(of: &png.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw FileError(
                .cannotWrite, file: name, "cannot be encoded as a \(width) × \(height) PNG (libpng: \(message))")
        }
        bytes.removeLast(bytes.count - capacity)
        return bytes
    }
}
