import Gradus

/// Examples cut into k parts of equal size, each of which is held out once while the others are learned from.
///
/// Every class is spread over all parts as evenly as it can be; the seed chooses which example goes where.
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
        // Dealt out class by class, without starting again at the first part for each.
        let dealt = order.indices.sorted { (classes[order[$0]], $0) < (classes[order[$1]], $1) }
        var parts = [[Int]](repeating: [], count: count)
        for (turn, place) in dealt.enumerated() { parts[turn % count].append(order[place]) }
        held = parts.map { $0.sorted() }
    }

    /// The number of parts.
    public var count: Int { held.count }

    /// The positions that are learned from while part `fold` is held out, in ascending order.
    public func training(_ fold: Int) -> [Int] {
        held.indices.filter { $0 != fold }.flatMap { held[$0] }.sorted()
    }
}

/// Examples that do not suffice for k-fold cross-validation.
public struct TooFewExamples: Error, Equatable, CustomStringConvertible {
    /// How many there are.
    public let examples: Int
    /// How many parts were wanted.
    public let folds: Int

    /// What came and what was expected.
    public var description: String {
        "\(examples) examples cannot be cut into \(folds) folds of at least 2; give more examples or ask for fewer folds"
    }
}
