import Foundation
import Gradus
import GradusData
import GradusVision

/// A folder of images that the program makes itself, for a run that only shows that all works.
enum GeneratedFolder {
    /// Digits as PNG files, one subfolder a class, in the folder `out/images`.
    ///
    /// - Throws: `FileError` when it cannot be written.
    static func made(in out: String, perClass count: Int = 12) throws -> String {
        let digits = GeneratedDigits().training
        let folder = "\(out)/images"
        var counts = [Int](repeating: 0, count: digits.classNames.count)
        for position in 0..<digits.count where counts[digits.label(position)] < count {
            let label = digits.label(position)
            let place = "\(folder)/\(digits.classNames[label])"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let shape = digits.imageShape
            try Image(width: shape[1], height: shape[0], channels: shape[2], pixels: digits.pixels(position))
                .write(to: "\(place)/\(counts[label]).png")
            counts[label] += 1
        }
        return folder
    }
}
