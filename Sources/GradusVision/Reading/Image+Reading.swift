import Gradus

extension Image {
    /// Reads a PNG, JPEG, PGM or PPM file; its first bytes decide which, not its name.
    ///
    /// Gray stays one channel, everything else becomes red, green and blue with 8 bits each. Alpha is composited onto
    /// `background`; a camera's orientation is applied. See `init(png:)`, `init(jpeg:)` and `init(pnm:)`.
    ///
    /// - Parameter warning: is called with a defect of a file that can be read nevertheless. The default writes it to standard error,
    ///   once for each file.
    /// - Throws: `ImageError` when the file is missing, a directory, of another format, cut off, damaged, or larger than
    ///   `sampleLimit` samples (decided before memory is asked for).
    public init(
        contentsOf path: String, background: Color = .white, sampleLimit: Int = Image.defaultSampleLimit,
        warning: (ImageWarning) -> Void = { $0.showOnce() }
    ) throws(ImageError) {
        let bytes: [UInt8]
        do { bytes = try WholeFile.bytes(of: path) } catch { throw ImageError(.cannotRead, error) }
        switch ImageFormat(bytes) {
        case .png: try self.init(png: bytes, named: path, background: background, sampleLimit: sampleLimit)
        case .jpeg: try self.init(jpeg: bytes, named: path, sampleLimit: sampleLimit, warning: warning)
        case .pnm: try self.init(pnm: bytes, named: path, sampleLimit: sampleLimit)
        case nil:
            try ImageFormat.require(nil, bytes, file: path)
            throw ImageError(.wrongFormat, file: path, "is of no known format; convert it to PNG first")
        }
    }
}
