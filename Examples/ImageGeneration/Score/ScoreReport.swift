import ExampleSupport
import Foundation
import Gradus
import GradusEvaluation
import GradusTraining

/// What a score tells its reader and its log.
struct ScoreReport {
    let log: EventLog

    init(_ log: EventLog) { self.log = log }

    /// Shows and logs an evaluation on images of the given kind and name.
    func note(_ kind: String, _ name: String, _ evaluation: GenerationScore.Evaluation) throws {
        let shown = (name as NSString).lastPathComponent
        show(
            String(
                format: "%@: distance %.3f, precision %.3f, recall %.3f%@", shown, evaluation.distance,
                evaluation.overlap.precision, evaluation.overlap.recall,
                evaluation.agreement.map { String(format: ", %.2f %% read as their class", 100 * $0) } ?? ""))
        try log.write(
            "score",
            [
                "of": .text(kind), "name": .text(shown), "frechet_distance": .number(evaluation.distance),
                "precision": .number(evaluation.overlap.precision), "recall": .number(evaluation.overlap.recall),
                "class_shares": .list(evaluation.classShares.map { .number($0) }),
            ])
    }

    /// The share of each class among made and among real images.
    func showClasses(_ names: [String], _ evaluation: GenerationScore.Evaluation, floor: GenerationScore.Evaluation) {
        guard names.count == evaluation.classShares.count && names.count <= 40 else { return }
        show("\nshare of each class, by the classifier:     made     real")
        for (index, name) in names.enumerated() {
            show(
                "  \(name)" + String(repeating: " ", count: max(1, 38 - name.count))
                    + String(
                        format: "%6.2f %% %6.2f %%", 100 * evaluation.classShares[index],
                        100 * floor.classShares[index]))
        }
    }

    /// The figures of the result; those that a long enough run on a known set must reach with their limits.
    func figures(
        _ evaluation: GenerationScore.Evaluation, floor: GenerationScore.Evaluation, _ record: RunRecord
    ) -> [RunResult.Figure] {
        let isLong =
            record.recipe.epochs >= 10 && ["fashion", "mnist"].contains(record.dataName) && record.size != "smoke"
        let least = evaluation.classShares.min() ?? 0
        return [
            RunResult.Figure("frechet_distance", evaluation.distance),
            RunResult.Figure("real_frechet_distance", floor.distance),
            RunResult.Figure("precision", evaluation.overlap.precision),
            RunResult.Figure("real_precision", floor.overlap.precision),
            RunResult.Figure("recall", evaluation.overlap.recall),
            RunResult.Figure("real_recall", floor.overlap.recall),
            RunResult.Figure("smallest_class_share", least, atLeast: isLong ? 0.04 : nil, unit: "%"),
        ]
            + (evaluation.agreement.map {
                [
                    RunResult.Figure(
                        "read_as_their_class", $0, atLeast: isLong && record.dataName == "mnist" ? 0.95 : nil, unit: "%"
                    )
                ]
            } ?? [])
    }
}
