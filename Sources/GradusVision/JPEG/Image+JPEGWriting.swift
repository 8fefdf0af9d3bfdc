import CJPEG
import Gradus

/// The resolution of a JPEG file's color relative to its brightness.
public enum ChromaSubsampling: Sendable {
    /// No subsampling (4:4:4).
    case full
    /// One sample for 2 × 2 pixels, as cameras do (4:2:0).
    case quarter
}

extension Image {
    /// Writes the image as a JPEG.
    ///
    /// - Parameter quality: 1 to 100; 75 is the usual middle, 95 hard to tell from the original.
    /// - Throws: `ImageError` when the file cannot be written; the target is then as before, and nothing else is left.
    /// - Traps: when `quality` is outside 1 to 100.
    public func writeJPEG(
        to path: String, quality: Int = 90, subsampling: ChromaSubsampling = .quarter
    ) throws(ImageError) {
        try ImageError.write(jpegBytes(quality: quality, subsampling: subsampling, named: path), to: path)
    }

    /// The bytes of a JPEG file, gray or YCbCr; errors call the file `name`.
    ///
    /// - Throws: `ImageError` when libjpeg-turbo refuses the image: a side is over 65,500 pixels.
    /// - Traps: when `quality` is outside 1 to 100.
    public func jpegBytes(
        quality: Int = 90, subsampling: ChromaSubsampling = .quarter, named name: String = "JPEG bytes"
    ) throws(ImageError) -> [UInt8] {
        check((1...100).contains(quality), "jpegBytes: expected a quality of 1 to 100, got \(quality)")
        func refusal(_ message: String) -> ImageError {
            ImageError(
                .cannotWrite, file: name,
                "cannot be encoded as a \(width) × \(height) JPEG (libjpeg-turbo: \(message)); write a PNG instead")
        }
        guard width <= 65_500 && height <= 65_500 else { throw refusal("the sides have at most 65,500 pixels") }
        guard let handle = tjInitCompress() else { throw refusal("no memory") }
        defer { tjDestroy(handle) }
        var target: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        defer { tjFree(target) }
        let sampling = channels == 1 ? TJSAMP_GRAY : subsampling == .full ? TJSAMP_444 : TJSAMP_420
        let code = pixels.withUnsafeBufferPointer { source in
            tjCompress2(
                handle, source.baseAddress, Int32(width), 0, Int32(height),
                Int32((channels == 1 ? TJPF_GRAY : TJPF_RGB).rawValue), &target, &size, Int32(sampling.rawValue),
                Int32(quality), TJFLAG_ACCURATEDCT)
        }
        guard code == 0, let target else { throw refusal(String(cString: tjGetErrorStr2(handle))) }
        return Array(UnsafeBufferPointer(start: target, count: Int(size)))
    }
}
