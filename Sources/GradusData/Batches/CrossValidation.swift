import Gradus

/// Candidates, each with the scores that it reached on examples that it had not learned from.
public struct CrossValidation<Candidate> {
    /// One candidate.
    public struct Entry {
        /// What was tried.
        public let candidate: Candidate
        /// Its score in each round.
        public let scores: [Double]

        /// The mean score.
        public var mean: Double { scores.reduce(0, +) / Double(scores.count) }

        /// The standard deviation of the scores, over `k − 1`.
        public var deviation: Double {
            let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return (squares / Double(max(1, scores.count - 1))).squareRoot()
        }
    }

    /// All candidates in their order.
    public let entries: [Entry]

    /// Tries candidates on the rounds of `folds`.
    ///
    /// - Parameter score: gets the positions to learn from and those held out, and returns a score for each candidate, in
    ///   their order; larger is better. All candidates are tried at once, so that what they have in common is computed once.
    /// - Traps: when there are no candidates, or another number of scores comes back.
    public init(
        _ candidates: [Candidate], _ folds: Folds,
        score: (_ training: [Int], _ held: [Int]) throws -> [Double]
    ) rethrows {
        check(!candidates.isEmpty, "CrossValidation: there is nothing to try")
        let rounds = try (0..<folds.count).map { try score(folds.training($0), folds.held[$0]) }
        check(
            rounds.allSatisfy { $0.count == candidates.count },
            "CrossValidation: expected \(candidates.count) scores a round, got \(rounds.map(\.count))")
        entries = candidates.enumerated().map { index, candidate in
            Entry(candidate: candidate, scores: rounds.map { $0[index] })
        }
    }

    /// The entry with the highest mean, the first of equals.
    public var best: Entry {
        entries.dropFirst().reduce(entries[0]) { $1.mean > $0.mean ? $1 : $0 }
    }
}
