import Gradus

/// How often each class was predicted for each: `counts[right][predicted]`.
public struct ConfusionMatrix: Equatable, Sendable {
    /// Rows are the right classes, columns the predicted ones.
    public private(set) var counts: [[Int]]

    /// An empty matrix.
    public init(classes: Int) { counts = Array(repeating: Array(repeating: 0, count: classes), count: classes) }

    /// Counts a batch.
    ///
    /// - Parameters:
    ///   - scores: `[N, K]`; the largest of a row is the prediction.
    ///   - labels: `[N]`, each in `0..<K`.
    /// - Traps: when the shapes disagree or a label is outside `0..<K`.
    public mutating func add(_ scores: Tensor<Float>, _ labels: Tensor<Int32>) {
        check(
            scores.rank == 2 && scores.shape == [labels.count, counts.count],
            "ConfusionMatrix: expected scores [\(labels.count), \(counts.count)], got \(scores.shape)")
        for (right, predicted) in zip(labels.scalars, scores.argmax().scalars) {
            check(counts.indices.contains(Int(right)), "ConfusionMatrix: label \(right) is no class")
            counts[Int(right)][Int(predicted)] += 1
        }
    }

    /// The number of examples.
    public var total: Int { counts.joined().reduce(0, +) }

    /// The share of examples that were predicted correctly.
    public var accuracy: Double { ratio(counts.indices.map { counts[$0][$0] }.reduce(0, +), total) }

    /// The share of a class's examples that were predicted as that class.
    public func recall(of classIndex: Int) -> Double {
        ratio(counts[classIndex][classIndex], counts[classIndex].reduce(0, +))
    }

    /// The share of a class's predictions that were correct.
    public func precision(of classIndex: Int) -> Double {
        ratio(counts[classIndex][classIndex], counts.map { $0[classIndex] }.reduce(0, +))
    }

    private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
