/// The share of rows whose largest score is that of the right class.
///
/// - Parameters:
///   - scores: `[…, K]`.
///   - labels: `[…]`.
/// - Returns: 0 to 1.
/// - Traps: when the shapes disagree.
public func accuracy(_ scores: Tensor<Float>, _ labels: Tensor<Int32>) -> Double {
    topKAccuracy(scores, labels, k: 1)
}

/// The share of rows whose right class is among the `k` largest scores; of equal scores the lower class counts first.
///
/// - Parameters:
///   - scores: `[…, K]`.
///   - labels: `[…]`, each in `0..<K`.
/// - Returns: 0 to 1.
/// - Traps: when the shapes disagree or a label is outside `0..<K`.
public func topKAccuracy(_ scores: Tensor<Float>, _ labels: Tensor<Int32>, k: Int) -> Double {
    check(
        scores.rank > 0 && labels.shape == Array(scores.shape.dropLast()) && k > 0,
        "topKAccuracy: expected scores […, K] and labels […], got \(scores.shape) and \(labels.shape)")
    guard labels.count > 0 else { return 0 }
    let classes = scores.shape[scores.rank - 1]
    var right = 0
    scores.withUnsafeElements { scores in
        labels.withUnsafeElements { labels in
            for (row, label) in labels.enumerated() {
                check(label >= 0 && label < Int32(classes), "topKAccuracy: label \(label) is outside 0..<\(classes)")
                let scores = scores[(row * classes)..<((row + 1) * classes)]
                let own = scores[scores.startIndex + Int(label)]
                let ahead = scores.enumerated().filter { $1 > own || ($1 == own && $0 < Int(label)) || $1.isNaN }.count
                if ahead < k && !own.isNaN { right += 1 }
            }
        }
    }
    return Double(right) / Double(labels.count)
}
