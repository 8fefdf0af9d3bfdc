import Gradus

/// The class that most of the first `k` neighbors have; of classes with equally many the one whose neighbor comes first.
///
/// - Parameter labels: the classes of the neighbors, the nearest first, `[M, K]`, each at least 0.
/// - Returns: `[M]`.
/// - Traps: when there are fewer than `k` neighbors, or a class is below 0.
public func majorityVote(_ labels: Tensor<Int32>, first k: Int) -> Tensor<Int32> {
    check(
        labels.rank == 2 && k > 0 && k <= labels.shape[1],
        "majorityVote: the first \(k) neighbors of \(labels.shape)")
    let all = labels.scalars
    check(all.allSatisfy { $0 >= 0 }, "majorityVote: classes are at least 0")
    var counts = [Int](repeating: 0, count: Int(all.max() ?? 0) + 1)
    let width = labels.shape[1]
    return Tensor(
        (0..<labels.shape[0]).map { row in
            let own = all[(row * width)..<(row * width + k)]
            for label in own { counts[Int(label)] += 1 }
            let most = own.map { counts[Int($0)] }.max() ?? 0
            let winner = own.first { counts[Int($0)] == most } ?? 0
            for label in own { counts[Int(label)] = 0 }
            return winner
        })
}
