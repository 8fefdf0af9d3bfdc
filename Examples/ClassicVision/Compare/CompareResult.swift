import ExampleSupport
import Gradus
import GradusData

/// The figures of a comparison: what each method reached with the most images, beside what it should reach.
struct CompareResult {
    private let record: CompareRecord
    private let settings: CompareSettings
    private let images: ChosenImages

    init(_ record: CompareRecord, _ settings: CompareSettings, _ images: ChosenImages) {
        (self.record, self.settings, self.images) = (record, settings, images)
    }

    var result: RunResult {
        let last = settings.methods.compactMap(record.last)
        let best = last.max { $0.accuracy < $1.accuracy }
        var figures = last.map { point in
            RunResult.Figure(point.method.figure, point.accuracy, within: expected(point), unit: "%")
        }
        let neighbors = last.filter(\.method.isNeighbors).map(\.accuracy).max()
        if let neighbors { figures.insert(RunResult.Figure("knn_accuracy", neighbors, unit: "%"), at: 0) }
        if let best { figures.append(RunResult.Figure("best_accuracy", best.accuracy, unit: "%")) }
        return RunResult(
            figures + [
                RunResult.Figure("images", Double(last.map(\.count).max() ?? 0)),
                RunResult.Figure("seconds", record.seconds, unit: "s"),
                RunResult.Figure("peak_mib", record.peak, unit: "MiB"),
            ])
    }

    /// Where the accuracy should lie, for runs that have been measured.
    private func expected(_ point: CompareRecord.Point) -> ClosedRange<Double>? {
        guard settings.size != .smoke, settings.cellSize == nil, settings.folds == 5 else { return nil }
        return Expectations.ranges[images.dataset]?[point.count]?[point.method]
    }
}

extension FileError {
    /// A set whose images do not suffice.
    static func tooFew(_ count: Int, _ images: ChosenImages, _ needed: String) -> FileError {
        FileError(
            path: images.source, problem: "has \(count) images to learn from, too few for \(needed)",
            advice: "Add images.")
    }
}
