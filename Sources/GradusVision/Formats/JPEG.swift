import CJPEG
import Gradus

extension Image {
    /// Decodes the bytes of a JPEG file; errors call the file `name`.
    ///
    /// Gray stays one channel, everything else becomes red, green and blue. CMYK and YCCK are converted without a color
    /// profile: `R = C K / 255`, since programs store 255 − ink, whether Adobe's mark is there or not. A camera's EXIF
    /// orientation is applied, so that the top is up.
    ///
    /// - Parameter warning: is called when the file lacks its end mark although all its samples are there.
    /// - Throws: `FileError` when the bytes are not a JPEG, cut off, damaged, of a rare kind (arithmetic coding, 12 bits,
    ///   lossless), or larger than `sampleLimit` samples (decided before memory is asked for).
    public init(
        jpeg bytes: [UInt8], named name: String = "JPEG bytes", sampleLimit: Int = Image.defaultSampleLimit,
        warning: (ImageWarning) -> Void = { $0.showOnce() }
    ) throws(FileError) {
        try ImageFormat.require(.jpeg, bytes, file: name)
        let layout = try JPEGLayout(bytes, file: name)
        let (width, height, channels) = (layout.width, layout.height, layout.channels)
        if width * height > max(0, sampleLimit) / channels {
            throw FileError(
                .tooLarge, file: name,
                "has \(width) × \(height) × \(channels) samples, more than the limit of \(sampleLimit); "
                    + "make it smaller, or let the program read it with a larger sampleLimit")
        }
        // With an end mark appended, libjpeg distinguishes missing samples from a missing mark.
        let whole = layout.lacksEndMark ? bytes + [0xFF, 0xD9] : bytes
        let samples: [UInt8]
        do {
            samples = try decodeJPEG(whole, width, height, channels, file: name)
        } catch {
            throw layout.lacksEndMark ? JPEGLayout.truncated(bytes.count, "inside its image data", file: name) : error
        }
        if layout.lacksEndMark {
            warning(
                ImageWarning(file: name, "lacks its end mark, though all its pixels are there; was it copied whole?"))
        }
        let image =
            channels == 4
            ? Image(unchecked: colors(ofInvertedCMYK: samples), width, height, 3)
            : Image(unchecked: samples, width, height, channels)
        self = image.upright(layout.orientation)
    }
}

/// The samples of a JPEG file by TurboJPEG, libjpeg-turbo's interface.
///
/// libjpeg's classic one reports errors by `longjmp`, which must not cross Swift frames; this one returns them.
private func decodeJPEG(
    _ bytes: [UInt8], _ width: Int, _ height: Int, _ channels: Int, file: String
) throws(FileError) -> [UInt8] {
    func damage(_ message: String) -> FileError {
        FileError(.damaged, file: file, "is a damaged JPEG (libjpeg-turbo: \(message)); get or export the file again")
    }
    guard let handle = tjInitDecompress() else { throw damage("no memory") }
    defer { tjDestroy(handle) }
    let format = [1: TJPF_GRAY, 3: TJPF_RGB, 4: TJPF_CMYK][channels] ?? TJPF_RGB
    var samples = [UInt8](repeating: 0, count: width * height * channels)
    // A file of very many scans would take very long; this bounds them.
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
    let code = samples.withUnsafeMutableBufferPointer { target in
        bytes.withUnsafeBufferPointer { source in
            tjDecompress2(
                handle, source.baseAddress, UInt(source.count), target.baseAddress, Int32(width), 0, Int32(height),
                Int32(format.rawValue), flags)
        }
    }
    guard code != 0 else { return samples }
    let message = String(cString: tjGetErrorStr2(handle))
    // Warnings are also about oddities that change no sample, as a foreign version number or padding between segments.
    let isHarmless =
        tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
        && !["Premature end", "Inconsistent progression"].contains(where: message.contains)
        && (!message.contains("Corrupt JPEG data") || message.contains("extraneous bytes"))
    if !isHarmless { throw damage(message) }
    return samples
}

/// Red, green and blue of samples that are 255 − C, M, Y, K.
private func colors(ofInvertedCMYK samples: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: samples.count / 4 * 3) { colors, count in
        for pixel in 0..<(samples.count / 4) {
            let light = UInt32(samples[4 * pixel + 3])
            for c in 0..<3 { colors[3 * pixel + c] = UInt8((UInt32(samples[4 * pixel + c]) * light + 127) / 255) }
        }
        count = samples.count / 4 * 3
    }
}

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
    /// - Parameter quality: 1 to 100; 75 is common, 95 hard to distinguish from the original.
    /// - Throws: `FileError` when the file cannot be written; the target is then as before, and nothing else is left.
    /// - Traps: when `quality` is outside 1 to 100.
    public func writeJPEG(
        to path: String, quality: Int = 90, subsampling: ChromaSubsampling = .quarter
    ) throws(FileError) {
        try AtomicFile.write(jpegBytes(quality: quality, subsampling: subsampling, named: path), to: path)
    }

    /// The bytes of a JPEG file, gray or YCbCr; errors call the file `name`.
    ///
    /// - Throws: `FileError` when libjpeg-turbo refuses the image: a side is over 65,500 pixels.
    /// - Traps: when `quality` is outside 1 to 100.
    public func jpegBytes(
        quality: Int = 90, subsampling: ChromaSubsampling = .quarter, named name: String = "JPEG bytes"
    ) throws(FileError) -> [UInt8] {
        check((1...100).contains(quality), "jpegBytes: expected a quality of 1 to 100, got \(quality)")
        func refusal(_ message: String) -> FileError {
            FileError(
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
