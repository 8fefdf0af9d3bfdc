import Gradus

/// The scores of candidates on held-out examples.
public struct CrossValidation<Candidate> {
    /// One candidate.
    public struct Entry {
        /// The candidate.
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

    /// Scores candidates on each round of `folds`.
    ///
    /// - Parameter score: returns a score for each candidate, in order, from the training and the held-out positions; larger is
    ///   better. All candidates are scored in one call, so that shared work is done once.
    /// - Traps: when there are no candidates, or `score` returns another number of scores.
    public init(
        _ candidates: [Candidate], _ folds: Folds,
        score: (_ training: [Int], _ held: [Int]) throws -> [Double]
    ) rethrows {
        check(!candidates.isEmpty, "CrossValidation: expected a candidate at least, got none")
        let rounds = try (0..<folds.count).map { try score(folds.training($0), folds.held[$0]) }
        check(
            rounds.allSatisfy { $0.count == candidates.count },
            "CrossValidation: expected \(candidates.count) scores a round, got \(rounds.map(\.count))")
        entries = candidates.enumerated().map { index, candidate in
            Entry(candidate: candidate, scores: rounds.map { $0[index] })
        }
    }

    /// The entry with the highest mean, or the first of several.
    public var best: Entry {
        entries.dropFirst().reduce(entries[0]) { $1.mean > $0.mean ? $1 : $0 }
    }
}

/// Examples in k parts of equal size, each held out once while the others are used for training.
///
/// Every class is spread over all parts as evenly as possible; the seed chooses the examples of each part.
public struct Folds: Sendable {
    /// The positions that are held out in each round, in ascending order; together they are all positions, each once.
    public let held: [[Int]]

    /// `count` parts of the examples with the given classes.
    ///
    /// - Throws: ``TooFewExamples`` when there are not at least two examples a part.
    /// - Traps: when `count` is below 2.
    public init(_ labels: Tensor<Int32>, count: Int, seed: Int) throws(TooFewExamples) {
        check(count >= 2, "Folds: expected at least 2 parts, got \(count)")
        let classes = labels.scalars
        guard classes.count >= 2 * count else { throw TooFewExamples(examples: classes.count, folds: count) }
        let order = randomPermutation(classes.count, using: RandomGenerator(seed: UInt64(bitPattern: Int64(seed))))
        // Dealt out class by class, without returning to the first part between classes.
        let dealt = order.indices.sorted { (classes[order[$0]], $0) < (classes[order[$1]], $1) }
        var parts = [[Int]](repeating: [], count: count)
        for (turn, position) in dealt.enumerated() { parts[turn % count].append(order[position]) }
        held = parts.map { $0.sorted() }
    }

    /// The number of parts.
    public var count: Int { held.count }

    /// The positions to train on while part `fold` is held out, in ascending order.
    public func training(_ fold: Int) -> [Int] {
        held.indices.filter { $0 != fold }.flatMap { held[$0] }.sorted()
    }
}

/// Too few examples for k-fold cross-validation.
public struct TooFewExamples: Error, Equatable, CustomStringConvertible {
    /// How many there are.
    public let examples: Int
    /// The number of parts.
    public let folds: Int

    /// What was found and what was expected.
    public var description: String {
        "\(examples) examples cannot be cut into \(folds) folds of at least 2; give more examples or ask for fewer folds"
    }
}
