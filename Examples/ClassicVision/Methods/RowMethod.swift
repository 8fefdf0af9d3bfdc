import Foundation
import Gradus
import GradusSVM

/// A method that learns from rows of numbers, brought to mean 0 and length 1, and has constants to choose.
protocol RowMethod {
    associatedtype Candidate: Hashable
    var method: Method { get }
    var kind: RowKind { get }
    var candidates: [Candidate] { get }

    /// How a candidate is told to a reader.
    func words(_ candidate: Candidate) -> String

    /// Learns from scaled rows.
    func learned(
        _ rows: Tensor<Float>, _ labels: Tensor<Int32>, _ candidate: Candidate, _ task: LearningTask
    ) throws -> LearnedRows
}

/// What was learned: names the classes of scaled rows; a linear method also shows its weights `[D, K]`, in the order of the
/// classes given.
struct LearnedRows {
    let name: (Tensor<Float>) -> Tensor<Int32>
    var weights: Tensor<Float>?
    var classes: [Int32] = []
}

extension RowMethod {
    /// Chooses, learns, names; `seeing` gets what was learned.
    func outcome(_ task: LearningTask, seeing: (LearnedRows) throws -> Void = { _ in }) throws
        -> Outcome
    {
        let labels = task.labels
        let (choice, choosing) = try timed {
            let all = task.store.rows(kind, count: task.tuningCount)
            return try task.chosen(method, candidates) { training, held in
                let rows = all.rows(training)
                let scale = FeatureScale(rows, floor: floor)
                let (scaled, others) = (scale(rows), scale(all.rows(held)))
                return try candidates.map { candidate in
                    let found = try learned(scaled, labels.rows(training), candidate, task)
                    return share(of: found.name(others), in: labels.rows(held))
                }
            }
        }
        let (found, learning) = try timed {
            var rows = task.store.rows(kind, count: task.count)
            let scale = FeatureScale(rows, floor: floor)
            scale.apply(to: &rows)
            let found = try learned(rows, labels, choice.candidate, task)
            try seeing(found)
            return (found, scale)
        }
        let (answers, naming) = timed { () -> Tensor<Int32> in
            var rows = task.store.testRows(kind)
            found.1.apply(to: &rows)
            return found.0.name(rows)
        }
        return Outcome(
            answers: answers, choice: words(choice.candidate), validation: choice.accuracy,
            learning: choosing + learning, naming: naming)
    }

    /// Pixels are counted in steps of 1 of 255, features in parts of 1.
    private var floor: Float { kind == .pixels ? 0.25 : 1e-3 }
}
