import CZlib
import Gradus

/// Images of one size that follow one another, as an animated PNG: a film that any browser shows, without loss.
///
/// A viewer that knows nothing of animation shows the first image. Each image is compressed by libpng; the chunks around
/// it are those of the PNG specification, third edition, sections 11.3.6.1 to 11.3.6.3 (acTL, fcTL, fdAT).
public struct AnimatedPNG: Sendable {
    /// The images, in order.
    let frames: [Image]
    /// How long each is shown, in seconds.
    let secondsPerFrame: Double
    /// How long the last one stays, in seconds.
    let lastSeconds: Double
    /// How often all are shown; 0 is for ever.
    let plays: Int

    /// A film of the given images.
    ///
    /// - Traps: when there are no images, when their sizes differ, or when a time is outside 0 to 60 seconds.
    public init(_ frames: [Image], secondsPerFrame: Double = 0.2, lastSeconds: Double? = nil, plays: Int = 0) {
        check(!frames.isEmpty, "AnimatedPNG: expected images, got none")
        let odd = frames.first { $0.width != frames[0].width || $0.height != frames[0].height }
        check(
            odd == nil,
            "AnimatedPNG: the first image has \(frames[0].width) × \(frames[0].height) pixels, another one "
                + "\(odd?.width ?? 0) × \(odd?.height ?? 0)")
        let last = lastSeconds ?? secondsPerFrame
        check(
            (0...60).contains(secondsPerFrame) && (0...60).contains(last) && plays >= 0,
            "AnimatedPNG: expected times of 0 to 60 seconds, got \(secondsPerFrame) and \(last)")
        // All frames share one header, so that one color image makes all of them color.
        let isGray = frames.allSatisfy { $0.channels == 1 }
        self.frames = isGray ? frames : frames.map { $0.color() }
        (self.secondsPerFrame, self.lastSeconds, self.plays) = (secondsPerFrame, last, plays)
    }

    /// Writes the film to a file.
    ///
    /// - Throws: `FileError` when it cannot be written; the target is then as before, and nothing else is left.
    public func write(to path: String) throws(FileError) { try AtomicFile.write(bytes(named: path), to: path) }

    /// The bytes of the file; errors call it `name`.
    ///
    /// - Throws: `FileError` when libpng refuses the images.
    public func bytes(named name: String = "PNG bytes") throws(FileError) -> [UInt8] {
        let first = try PNGChunk.all(in: frames[0].pngBytes(named: name))
        var file = ImageFormat.pngSignature
        for chunk in first.prefix(while: { $0.type != "IDAT" }) { file += chunk.bytes }
        file += PNGChunk("acTL", bigEndian(frames.count, 4) + bigEndian(plays, 4)).bytes
        var sequence = 0
        for (index, frame) in frames.enumerated() {
            file += control(&sequence, index == frames.count - 1 ? lastSeconds : secondsPerFrame)
            let chunks = index == 0 ? first : try PNGChunk.all(in: frame.pngBytes(named: name))
            for chunk in chunks where chunk.type == "IDAT" {
                if index == 0 {
                    file += chunk.bytes
                } else {
                    file += PNGChunk("fdAT", bigEndian(sequence, 4) + chunk.body).bytes
                    sequence += 1
                }
            }
        }
        return file + PNGChunk("IEND", []).bytes
    }

    /// The chunk before a frame: its place, which is all of the image, and how long it stays.
    private func control(_ sequence: inout Int, _ seconds: Double) -> [UInt8] {
        defer { sequence += 1 }
        let numbers = [sequence, frames[0].width, frames[0].height, 0, 0].flatMap { bigEndian($0, 4) }
        let milliseconds = bigEndian(Int((1000 * seconds).rounded()), 2) + bigEndian(1000, 2)
        // Nothing is disposed of, and each frame replaces all pixels.
        return PNGChunk("fcTL", numbers + milliseconds + [0, 0]).bytes
    }
}

/// A chunk of a PNG file.
private struct PNGChunk {
    let type: String
    let body: [UInt8]

    init(_ type: String, _ body: [UInt8]) { (self.type, self.body) = (type, body) }

    /// Length, type, body and checksum.
    var bytes: [UInt8] {
        let checked = Array(type.utf8) + body
        let sum = crc32(0, checked, UInt32(checked.count))
        return bigEndian(body.count, 4) + checked + bigEndian(Int(sum), 4)
    }

    /// The chunks of a whole, sound file.
    static func all(in file: [UInt8]) -> [PNGChunk] {
        var chunks: [PNGChunk] = []
        var offset = ImageFormat.pngSignature.count
        while offset + 12 <= file.count {
            let length = file[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
            let type = String(decoding: file[(offset + 4)..<(offset + 8)], as: UTF8.self)
            chunks.append(PNGChunk(type, Array(file[(offset + 8)..<(offset + 8 + length)])))
            offset += length + 12
        }
        return chunks
    }
}

private func bigEndian(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
