import Foundation
import Gradus
import GradusVision

/// A reproducible image without symmetry; the same rule makes the expected numbers of the resizing tests.
func pattern(_ width: Int, _ height: Int, _ channels: Int) -> Image {
    var image = Image(width: width, height: height, channels: channels)
    for y in 0..<height {
        for x in 0..<width {
            for c in 0..<channels {
                let value = x * x * 37 + y * 91 + x * y * 13 + c * 57
                image[y, x, c] = UInt8(value % 256)
            }
        }
    }
    return image
}

/// SplitMix64 (Steele, Lea & Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// Runs `body` with a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gradus-vision-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

/// The `FileError` that `body` throws, or nil.
func fileError(_ body: () throws -> Void) -> FileError? {
    do { try body() } catch let error as FileError { return error } catch {}
    return nil
}

/// `pattern(5, 3, 3)` as Pillow 13.0.0 writes it with `optimize=True`: filtered rows and a compressed stream.
let pillowFile = [UInt8](
    Data(
        base64Encoded: """
            iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAIAAADUVFKvAAAAOUlEQVR42mNksCxSVVXNz8/fuXMnMzMzQ/SUs73H/nM6VZ/ncLwv\
            Eci47b2Gvb19Z2fn5cuXZWVlAaWvEsf1prDfAAAAAElFTkSuQmCC
            """)!)

/// Whether every tag of a text is closed.
func wellFormed(_ svg: String) -> Bool {
    var open: [Substring] = []
    for tag in svg.split(separator: "<").map({ $0.prefix { $0 != ">" } }) where !tag.isEmpty {
        if tag.hasPrefix("/") {
            guard open.popLast() == tag.dropFirst() else { return false }
        } else if !tag.hasSuffix("/") {
            open.append(tag.prefix { $0 != " " })
        }
    }
    return open.isEmpty
}
