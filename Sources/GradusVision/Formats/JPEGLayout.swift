import Gradus

/// The contents of a JPEG file's markers, read without decoding.
///
/// Walking them first distinguishes a cut-off file from a damaged one, and refuses a size before memory is allocated
/// it. Format: ITU-T T.81, annex B.
struct JPEGLayout {
    /// A color component's sampling factors.
    private struct Component {
        let number: UInt8
        let horizontal: Int
        let vertical: Int
        /// For each of a block's 64 frequencies, how many of its lowest bits no scan has brought yet.
        var missingBits = [UInt8](repeating: 16, count: 64)
    }

    private(set) var width = 0
    private(set) var height = 0
    private var components: [Component] = []
    /// The EXIF orientation, 1 to 8; 1 when there is none.
    private(set) var orientation = 1
    /// Whether the file ends after its last sample, without an end mark.
    private(set) var lacksEndMark = false
    private var isProgressive = false
    /// Bytes of Huffman-coded samples.
    private var entropyBytes = 0

    /// Gray has 1, YCbCr and RGB have 3, CMYK and YCCK have 4.
    var channels: Int { components.count }

    /// Follows the markers of a whole file, to its end mark.
    ///
    /// - Throws: `FileError` when the file is cut off, or cannot hold what its header claims.
    init(_ bytes: [UInt8], file: String) throws(FileError) {
        let source = MarkerSource(bytes: bytes, file: file)
        var offset = 2
        while true {
            if source.isAtEnd(offset) && hasAllScans {
                lacksEndMark = true
                break
            }
            let marker = try source.marker(&offset)
            if marker == 0xD9 { break }
            // RSTn and TEM have no segment.
            if (0xD0...0xD8).contains(marker) || marker == 0x01 { continue }
            let segment = try source.segment(marker, &offset)
            try take(marker, segment, source)
            if marker == 0xDA {
                let end = source.endOfEntropyCoded(from: offset)
                entropyBytes += end - offset
                offset = end
            }
        }
        try checkClaim(file, of: bytes.count)
    }

    private mutating func take(_ marker: UInt8, _ segment: ArraySlice<UInt8>, _ source: MarkerSource) throws(FileError)
    {
        let body = Array(segment)
        switch marker {
        case 0xC0...0xC2:
            isProgressive = marker == 0xC2
            try takeFrame(body, source)
        case 0xDA: takeScan(body)
        case 0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
            throw source.damaged(
                "uses a rare process of JPEG (\(marker >= 0xC9 ? "arithmetic coding" : "lossless or hierarchical")), "
                    + "which few programs read; save it as an ordinary JPEG or as a PNG")
        case 0xE1: orientation = EXIF.orientation(segment: body) ?? orientation
        default: break
        }
    }

    private mutating func takeFrame(_ body: [UInt8], _ source: MarkerSource) throws(FileError) {
        guard components.isEmpty, body.count >= 6, body.count >= 6 + 3 * Int(body[5]) else {
            throw source.damaged("has a malformed frame header; get or export the file again")
        }
        guard body[0] == 8 else {
            throw source.damaged("has samples of \(body[0]) bits, expected 8; save it with 8 bits or as a PNG")
        }
        height = Int(body[1]) << 8 | Int(body[2])
        width = Int(body[3]) << 8 | Int(body[4])
        components = (0..<Int(body[5])).map { index in
            let sampling = Int(body[7 + 3 * index])
            return Component(number: body[6 + 3 * index], horizontal: sampling >> 4, vertical: sampling & 15)
        }
        guard [1, 3, 4].contains(components.count) else {
            throw source.damaged(
                "has \(components.count) components, expected 1 (gray), 3 (color) or 4 (CMYK); export it again")
        }
        let factors = components.flatMap { [$0.horizontal, $0.vertical] }
        guard width > 0 && height > 0 && factors.allSatisfy((1...4).contains) else {
            throw source.damaged("claims \(width) × \(height) pixels with impossible sampling; get the file again")
        }
    }

    /// Records what a scan codes: whole blocks, or some frequencies down to some bit. Malformed scans are ignored.
    private mutating func takeScan(_ body: [UInt8]) {
        guard let count = body.first.map(Int.init), body.count >= 2 * count + 4 else { return }
        let (first, last) = isProgressive ? (Int(body[2 * count + 1]), Int(body[2 * count + 2])) : (0, 63)
        let low = isProgressive ? body[2 * count + 3] & 15 : 0
        guard first <= last && last < 64 else { return }
        let numbers = (0..<count).map { body[1 + 2 * $0] }
        for index in components.indices where numbers.contains(components[index].number) {
            for frequency in first...last { components[index].missingBits[frequency] = low }
        }
    }

    /// Whether scans for all samples have begun.
    private var hasAllScans: Bool {
        !components.isEmpty && components.allSatisfy { $0.missingBits.allSatisfy { $0 == 0 } }
    }

    /// Each block of 8 × 8 samples takes a bit at least: the code of its mean.
    private func checkClaim(_ file: String, of fileBytes: Int) throws(FileError) {
        guard !components.isEmpty else {
            throw FileError(.damaged, file: file, "has no frame header; get or export the file again")
        }
        let (widest, highest) = (
            components.map(\.horizontal).max() ?? 1, components.map(\.vertical).max() ?? 1
        )
        let blocks = components.map { component in
            let across = (width * component.horizontal + 8 * widest - 1) / (8 * widest)
            let down = (height * component.vertical + 8 * highest - 1) / (8 * highest)
            return across * down
        }.reduce(0, +)
        if blocks > 8 * entropyBytes {
            if lacksEndMark { throw Self.truncated(fileBytes, "inside its image data", file: file) }
            throw FileError(
                .damaged, file: file,
                "the header claims \(width) × \(height) pixels, more than its \(entropyBytes) bytes of image data can "
                    + "hold; get the file again")
        }
    }
}

extension JPEGLayout {
    static func truncated(_ count: Int, _ location: String, file: String) -> FileError {
        FileError(
            .truncated, file: file,
            "ends after \(count) bytes, \(location); it was probably cut off while copying, get it again")
    }
}

/// The bytes of a JPEG file, read marker by marker.
private struct MarkerSource {
    let bytes: [UInt8]
    let file: String

    /// The next marker's second byte; stray bytes are skipped, as in libjpeg.
    func marker(_ offset: inout Int) throws(FileError) -> UInt8 {
        while offset < bytes.count && bytes[offset] != 0xFF { offset += 1 }
        while offset < bytes.count && bytes[offset] == 0xFF { offset += 1 }
        guard offset < bytes.count else { throw truncated("before its end mark") }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// The segment that follows a marker, without its length.
    func segment(_ marker: UInt8, _ offset: inout Int) throws(FileError) -> ArraySlice<UInt8> {
        let location = "inside the segment FF\(String(marker, radix: 16, uppercase: true)) at byte \(offset - 2)"
        guard bytes.count - offset >= 2 else { throw truncated(location) }
        let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
        guard length >= 2 else { throw damaged("has a malformed segment at byte \(offset - 2); get the file again") }
        guard bytes.count - offset >= length else { throw truncated(location) }
        defer { offset += length }
        return bytes[(offset + 2)..<(offset + length)]
    }

    /// Where the coded samples end: before the first marker that is neither a stuffed FF nor a restart.
    func endOfEntropyCoded(from start: Int) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var offset = start
            while offset + 1 < bytes.count {
                if bytes[offset] == 0xFF && bytes[offset + 1] != 0 && !(0xD0...0xD7).contains(bytes[offset + 1]) {
                    return offset
                }
                offset += 1
            }
            return bytes.count
        }
    }

    /// Whether nothing follows, or only the first byte of a marker.
    func isAtEnd(_ offset: Int) -> Bool { bytes[min(offset, bytes.count)...].allSatisfy { $0 == 0xFF } }

    func truncated(_ location: String) -> FileError { JPEGLayout.truncated(bytes.count, location, file: file) }

    func damaged(_ what: String) -> FileError { FileError(.damaged, file: file, what) }
}
