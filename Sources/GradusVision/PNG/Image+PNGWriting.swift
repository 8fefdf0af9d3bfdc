import CPNG

extension Image {
    /// Writes the image as an 8-bit gray or RGB PNG.
    ///
    /// - Throws: `ImageError` when the file cannot be written; the target is then as before, and nothing else is left.
    public func write(to path: String) throws(ImageError) {
        try ImageError.write(pngBytes(named: path), to: path)
    }

    /// The bytes of an 8-bit gray or RGB PNG file; errors call the file `name`.
    ///
    /// - Throws: `ImageError` when libpng refuses the image (a side over a million pixels) or has no memory.
    public func pngBytes(named name: String = "PNG bytes") throws(ImageError) -> [UInt8] {
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
            throw ImageError(
                .cannotWrite, file: name, "cannot be encoded as a \(width) × \(height) PNG (libpng: \(message))")
        }
        bytes.removeLast(bytes.count - capacity)
        return bytes
    }
}
