extension Image {
    /// Decodes the bytes of a PGM (gray) or PPM (color) file in text or binary form; errors call the file `name`.
    ///
    /// Values from 0 to the largest that the header names, 65535 at most, become 0 to 255, rounded. Of several images in a
    /// file the first is read.
    ///
    /// - Throws: `ImageError` when the bytes are not such a file, cut off, damaged, or larger than `sampleLimit` samples.
    public init(
        pnm bytes: [UInt8], named name: String = "PNM bytes", sampleLimit: Int = Image.defaultSampleLimit
    ) throws(ImageError) {
        try ImageFormat.require(.pnm, bytes, file: name)
        let header = try PNMHeader(bytes, file: name)
        let (width, height, channels) = (header.width, header.height, header.channels)
        // Sides have nine digits at most, so the product fits.
        if width * height > max(0, sampleLimit) / channels {
            throw ImageError(
                .tooLarge, file: name,
                "has \(width) × \(height) × \(channels) samples, more than the limit of \(sampleLimit); "
                    + "make it smaller, or let the program read it with a larger sampleLimit")
        }
        let samples = PNMSamples(bytes: bytes, header: header, file: name)
        self.init(
            unchecked: header.isText ? try samples.text() : try samples.binary(), width, height, channels)
    }
}

/// The samples after a header.
private struct PNMSamples {
    let bytes: [UInt8]
    let header: PNMHeader
    let file: String

    private var count: Int { header.width * header.height * header.channels }

    func binary() throws(ImageError) -> [UInt8] {
        let size = header.largest > 255 ? 2 : 1
        guard bytes.count - header.end >= count * size else { throw truncated(max(0, bytes.count - header.end) / size) }
        var samples: [UInt8] = []
        samples.reserveCapacity(count)
        for index in 0..<count {
            let offset = header.end + index * size
            let value = size == 1 ? Int(bytes[offset]) : Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            samples.append(try scaled(value, at: offset))
        }
        return samples
    }

    func text() throws(ImageError) -> [UInt8] {
        var scanner = PNMScanner(bytes: bytes, offset: header.end - 1)
        var samples: [UInt8] = []
        while samples.count < count {
            switch scanner.next() {
            case .number(let value): samples.append(try scaled(value, at: scanner.offset))
            case .end: throw truncated(samples.count)
            case .other: throw damaged("byte \(scanner.offset) should belong to a number in digits")
            }
        }
        return samples
    }

    private func scaled(_ value: Int, at offset: Int) throws(ImageError) -> UInt8 {
        guard value <= header.largest else {
            throw damaged("the sample at byte \(offset) is \(value), above the largest of \(header.largest)")
        }
        return UInt8((255 * value + header.largest / 2) / header.largest)
    }

    private func truncated(_ found: Int) -> ImageError {
        ImageError(
            .truncated, file: file,
            "the header promises \(header.width) × \(header.height) × \(header.channels) samples, the file ends after "
                + "\(found); it was probably cut off while copying, get it again")
    }

    private func damaged(_ what: String) -> ImageError {
        ImageError(.damaged, file: file, "\(what); get or export the file again")
    }
}
