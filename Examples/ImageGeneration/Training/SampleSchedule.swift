import Foundation
import GradusVision

/// When a run shows what its generator can do, and where those images lie.
struct SampleSchedule {
    private let folder: String

    /// The steps at which a run draws samples; their images are in its `samples` folder.
    init(_ runFolder: String) { folder = "\(runFolder)/samples" }

    /// Whether samples are due after the given step: at a growing distance.
    static func includes(_ step: Int) -> Bool {
        var power = 10
        while power * 10 <= step { power *= 10 }
        return step >= 50 && [10, 15, 20, 30, 50, 70].contains { $0 * power == 10 * step }
    }

    /// Whether the generator after the given epoch is kept, where that is wished.
    static func includesEpoch(_ epoch: Int) -> Bool {
        var power = 1
        while power * 10 <= epoch { power *= 10 }
        return [1, 2, 3, 5, 7].contains { $0 * power == epoch }
    }

    /// Begins anew, or with `step` keeps the images up to there.
    func prepare(upTo step: Int?) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (own, path) in images where step == nil || own > step! {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// The image of a step.
    func path(_ step: Int) -> String { "\(folder)/step-\(String(format: "%06d", step)).png" }

    /// All images that are there, by step.
    var images: [(step: Int, path: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("step-"), name.hasSuffix(".png"), let step = Int(name.dropFirst(5).dropLast(4)) else {
                return nil
            }
            return (step, "\(folder)/\(name)")
        }.sorted { $0.step < $1.step }
    }
}
