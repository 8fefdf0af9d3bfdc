import Gradus
import GradusEvaluation

/// k nearest neighbors among the pixels' bytes, k by cross-validation.
struct NeighborsMethod {
    let method: Method
    static let candidates = [1, 3, 5, 7, 10, 15, 20, 30]

    private var distance: NearestNeighbors.Distance { method == .nearestL1 ? .manhattan : .euclidean }

    func outcome(_ task: LearningTask) throws -> Outcome {
        let (bytes, labels) = (task.features.bytes, task.labels)
        // The smallest part that is learned from must have k images.
        let least = task.tuningCount - (task.tuningCount + task.settings.folds - 1) / task.settings.folds
        let candidates = Self.candidates.filter { $0 <= max(1, least) }
        let (choice, learning) = try timed {
            // One search for the largest k serves all.
            try task.chosen(method, candidates) { training, held in
                let found = NearestNeighbors(bytes.rows(training), distance)
                    .nearest(candidates[candidates.count - 1], to: bytes.rows(held))
                let classes = labels.rows(training).gathering(found.indices)
                return candidates.map { share(of: majorityVote(classes, first: $0), in: labels.rows(held)) }
            }
        }
        let k = choice.candidate
        let (classes, naming) = timed {
            let found = NearestNeighbors(bytes[0..<task.count], distance).nearest(k, to: task.features.testBytes)
            return labels.gathering(found.indices)
        }
        let nearest = share(of: majorityVote(classes, first: 1), in: task.features.testLabels)
        return Outcome(
            answers: majorityVote(classes, first: k), choice: "k = \(k)", validation: choice.accuracy,
            figures: ["accuracy_of_the_nearest": nearest], learning: learning, naming: naming)
    }
}
