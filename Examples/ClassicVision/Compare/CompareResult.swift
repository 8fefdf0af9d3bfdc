import ExampleSupport
import GradusData

/// The figures of a comparison: what each method reached with the most pictures, beside what it should reach.
struct CompareResult {
    private let record: CompareRecord
    private let settings: CompareSettings
    private let pictures: ChosenPictures

    init(_ record: CompareRecord, _ settings: CompareSettings, _ pictures: ChosenPictures) {
        (self.record, self.settings, self.pictures) = (record, settings, pictures)
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
                RunResult.Figure("pictures", Double(last.map(\.count).max() ?? 0)),
                RunResult.Figure("seconds", record.seconds, unit: "s"),
                RunResult.Figure("peak_mib", record.peak, unit: "MiB"),
            ])
    }

    /// Where the accuracy should lie, for runs that have been measured.
    private func expected(_ point: CompareRecord.Point) -> ClosedRange<Double>? {
        guard settings.size != .smoke, settings.cellSize == nil, settings.folds == 5 else { return nil }
        return Expectations.ranges[pictures.dataset]?[point.count]?[point.method]
    }
}

extension DataFileError {
    /// A set whose pictures do not suffice.
    static func tooFew(_ count: Int, _ pictures: ChosenPictures, _ needed: String) -> DataFileError {
        DataFileError(
            path: pictures.source, problem: "has \(count) pictures to learn from, too few for \(needed)",
            advice: "Add pictures.")
    }
}
