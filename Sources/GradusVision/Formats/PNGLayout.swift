import CZlib
import Gradus

/// The contents of a PNG file's chunks, read without decompressing.
///
/// Walking the chunks first distinguishes a cut-off file from a damaged one, and refuses a size before memory is
/// asked for it. Format: PNG specification (ISO/IEC 15948), clause 5.
enum PNGLayout {
    /// Deflate spends at least 2 bits on a copy of at most 258 bytes.
    private static let largestCompressionRatio = 1032

    private static let largestSide = Int(Int32.max)

    /// The file without chunks that do not affect its samples; throws unless it can hold what its header claims.
    ///
    /// Color space chunks go too: the samples are taken as they are encoded, as other readers for learning do.
    static func essentialBytes(_ bytes: [UInt8], file: String) throws(FileError) -> [UInt8] {
        try ImageFormat.require(.png, bytes, file: file)
        guard let (length, type) = chunkHeader(bytes, at: 8) else {
            throw truncated(bytes, "before the image header", file: file)
        }
        guard type == "IHDR" && length == 13 else {
            throw FileError(
                .damaged, file: file,
                "byte 8 should begin the 13-byte IHDR chunk of a PNG, found \(type) of \(length) bytes; get the file again"
            )
        }
        guard bytes.count >= 33 else { throw truncated(bytes, "inside the image header", file: file) }
        let width = bigEndian(bytes, at: 16)
        let height = bigEndian(bytes, at: 20)
        let bitsPerSample = Int(bytes[24])
        let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][bytes[25]] ?? 1

        let (kept, compressed) = try essentials(bytes, file: file)
        guard (1...largestSide).contains(width), (1...largestSide).contains(height) else {
            throw FileError(
                .damaged, file: file,
                "the header claims \(width) × \(height) pixels, which PNG does not allow; get it again")
        }
        let needed = (width * height).multipliedReportingOverflow(by: samples * bitsPerSample)
        if needed.overflow || needed.partialValue / 8 > compressed * largestCompressionRatio {
            throw FileError(
                .damaged, file: file,
                "the header claims \(width) × \(height) pixels, more than its \(compressed) bytes of image data can hold; get the file again"
            )
        }
        return kept
    }

    /// The camera's orientation, 1 to 8, that the file's eXIf chunk holds; 1 when there is none or its checksum is wrong.
    static func orientation(_ bytes: [UInt8]) -> Int {
        var offset = 8
        while let (length, type) = chunkHeader(bytes, at: offset), bytes.count - offset >= length + 12 {
            if type == "eXIf" {
                let (typed, end) = (bytes[(offset + 4)..<(offset + 8 + length)], offset + 8 + length)
                let checksum = typed.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count))) }
                guard checksum == bigEndian(bytes, at: end) else { return 1 }
                return EXIF.orientation(chunk: Array(typed.dropFirst(4))) ?? 1
            }
            offset += length + 12
        }
        return 1
    }

    /// The chunks that decide the samples (the critical ones and tRNS), and the bytes of image data among them.
    ///
    /// Throws unless the chunks lead to IEND inside the file.
    private static func essentials(
        _ bytes: [UInt8], file: String
    ) throws(FileError) -> (bytes: [UInt8], compressed: Int) {
        var kept = ImageFormat.pngSignature
        var compressed = 0
        var offset = 8
        while let (length, type) = chunkHeader(bytes, at: offset) {
            // Length, type and checksum take 12 bytes.
            guard bytes.count - offset >= length + 12 else {
                throw truncated(bytes, "inside the \(type) chunk that begins at byte \(offset)", file: file)
            }
            let isCritical = bytes[offset + 4] & 0x20 == 0
            if isCritical || type == "tRNS" { kept += bytes[offset..<(offset + length + 12)] }
            if type == "IDAT" { compressed += length }
            if type == "IEND" { return (kept, compressed) }
            offset += length + 12
        }
        throw truncated(bytes, "before the IEND chunk", file: file)
    }

    private static func chunkHeader(_ bytes: [UInt8], at offset: Int) -> (length: Int, type: String)? {
        guard bytes.count - offset >= 8 else { return nil }
        // A damaged type may hold anything; the message should stay printable.
        let letters = bytes[(offset + 4)..<(offset + 8)].map { (65...122).contains($0) ? $0 : UInt8(ascii: "?") }
        return (bigEndian(bytes, at: offset), String(decoding: letters, as: UTF8.self))
    }

    private static func bigEndian(_ bytes: [UInt8], at offset: Int) -> Int {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func truncated(_ bytes: [UInt8], _ location: String, file: String) -> FileError {
        FileError(
            .truncated, file: file,
            "ends after \(bytes.count) bytes, \(location); it was probably cut off while copying, get it again")
    }
}

/// The samples of a decoded pixel: 1 or 3 of color, and perhaps alpha after them.
struct SampleLayout {
    let channels: Int
    let hasAlpha: Bool

    var samplesPerPixel: Int { channels + (hasAlpha ? 1 : 0) }

    /// 8-bit samples with alpha over a background: `(α · v + (255 − α) · b) / 255`, rounded.
    func composited(_ samples: [UInt8], onto background: Color) -> [UInt8] {
        let under = components(of: background).map(UInt32.init)
        return pixels(count: samples.count / samplesPerPixel) { pixel, c in
            let alpha = UInt32(samples[pixel * samplesPerPixel + channels])
            let over = UInt32(samples[pixel * samplesPerPixel + c])
            return UInt8((alpha * over + (255 - alpha) * under[c] + 127) / 255)
        }
    }

    /// 16-bit samples, premultiplied by alpha if there is one, composited over a background, in 8 bits.
    func composited(_ samples: [UInt16], onto background: Color) -> [UInt8] {
        let under = components(of: background).map(UInt32.init)
        return pixels(count: samples.count / samplesPerPixel) { pixel, c in
            let over = UInt32(samples[pixel * samplesPerPixel + c])
            let transparency = hasAlpha ? 65535 - UInt32(samples[pixel * samplesPerPixel + channels]) : 0
            // 65535 = 257 · 255: both terms in 1 / 65535 of a full sample.
            return UInt8(min(255, (255 * over + transparency * under[c] + 32767) / 65535))
        }
    }

    private func components(of color: Color) -> [UInt8] {
        channels == 1 ? [color.luma] : [color.red, color.green, color.blue]
    }

    private func pixels(count pixelCount: Int, _ sample: (_ pixel: Int, _ channel: Int) -> UInt8) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: pixelCount * channels) { output, count in
            for pixel in 0..<pixelCount {
                for c in 0..<channels { output[pixel * channels + c] = sample(pixel, c) }
            }
            count = output.count
        }
    }
}
