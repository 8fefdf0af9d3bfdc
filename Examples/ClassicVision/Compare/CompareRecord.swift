import Foundation
import Gradus

/// What a comparison has done so far: one file, replaced after each result.
struct CompareRecord: Codable {
    /// What one method reached with one number of images.
    struct Point: Codable {
        var method: Method
        var count: Int
        var accuracy: Double
        var validation: Double?
        var choice: String
        /// Further figures by their names in the log.
        var figures: [String: Double]
        /// Seconds to choose and learn, and to name all test images.
        var learning: Double
        var naming: Double
        /// How often each class was taken for each, `[right][answered]`.
        var confusion: [[Int]]
    }

    var settings: CompareSettings
    /// Tells the images from any other.
    var fingerprint: String
    var points: [Point] = []
    /// How long the run has taken, and the most memory, until the record was written.
    var seconds = 0.0
    var peak = 0.0
    /// How long the log was then; what came later is written again.
    var logLength = 0

    static let name = "run.json"

    /// The result of a method with so many images, if it is there.
    func point(_ method: Method, _ count: Int) -> Point? {
        points.first { $0.method == method && $0.count == count }
    }

    /// The result of a method with the most images.
    func last(_ method: Method) -> Point? { points.filter { $0.method == method }.max { $0.count < $1.count } }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try AtomicFile.write(try encoder.encode(self), to: URL(fileURLWithPath: path))
    }

    /// - Throws: `FileError` when there is none, or it is damaged.
    static func read(from path: String) throws -> CompareRecord {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(
                path: path,
                problem:
                    "is not there, so there is no run to go on with; name its folder with --out, or leave --resume out")
        }
        guard let record = try? JSONDecoder().decode(CompareRecord.self, from: data), record.isPossible else {
            throw FileError(
                path: path, problem: "is no record of a run of classic-vision; start again without --resume")
        }
        return record
    }

    private var isPossible: Bool {
        !settings.sizes.isEmpty && settings.sizes.allSatisfy { $0 > 0 } && settings.folds >= 2
            && settings.tuningLimit > 0 && settings.testLimit > 0 && settings.batchSize > 0 && settings.epochs > 0
            && (settings.cellSize ?? 1) > 0 && logLength >= 0 && (0...Int(Int32.max)).contains(settings.seed)
            && points.allSatisfy { point in
                !point.confusion.isEmpty && point.confusion.allSatisfy { $0.count == point.confusion.count }
            }
    }
}
