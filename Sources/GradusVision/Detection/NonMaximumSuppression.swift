import Foundation
import Gradus

/// Keeps of boxes that overlap the one with the highest score.
///
/// The boxes are visited from the highest score to the lowest, equal ones in their order; each that overlaps a kept one by more
/// than `threshold` is dropped.
///
/// - Parameters:
///   - threshold: the intersection over union above which a box is dropped.
///   - groups: boxes of different groups, as classes or levels, do not suppress each other; nil is one group.
///   - limit: the most boxes that are kept.
/// - Returns: the positions of the kept boxes, from the highest score to the lowest.
/// - Traps: when there are not as many scores, or groups, as boxes.
public func nonMaximumSuppression(
    _ boxes: [Box], scores: [Float], threshold: Float, groups: [Int]? = nil, limit: Int = .max
) -> [Int] {
    suppress(boxes.count, scores, groups, limit, "nonMaximumSuppression") { first, second in
        boxes[first].iou(boxes[second]) > threshold
    }
}

/// Keeps of masks that overlap the one with the highest score, by the intersection over union of the masks.
///
/// - Returns: the positions of the kept masks, from the highest score to the lowest.
/// - Traps: when there are not as many scores, or groups, as masks.
public func maskNonMaximumSuppression(
    _ masks: [RunLengthMask], scores: [Float], threshold: Double, groups: [Int]? = nil, limit: Int = .max
) -> [Int] {
    suppress(masks.count, scores, groups, limit, "maskNonMaximumSuppression") { first, second in
        masks[first].iou(masks[second]) > threshold
    }
}

/// How soft suppression lowers the score of a box that overlaps a kept one (Bodla et al. 2017).
public enum SoftSuppression: Sendable {
    /// `s ← s (1 − IoU)` where the overlap is above the threshold.
    case linear(threshold: Float)
    /// `s ← s exp(−IoU² / σ)`.
    case gaussian(sigma: Float)

    func factor(_ overlap: Float) -> Float {
        switch self {
        case .linear(let threshold): overlap > threshold ? 1 - overlap : 1
        case .gaussian(let sigma): exp(-overlap * overlap / sigma)
        }
    }
}

/// Lowers the scores of boxes that overlap others of a higher score, instead of dropping them.
///
/// - Parameter least: boxes whose score falls below this are dropped.
/// - Returns: the positions of the kept boxes with their new scores, from the highest to the lowest.
/// - Traps: when there are not as many scores, or groups, as boxes.
public func softNonMaximumSuppression(
    _ boxes: [Box], scores: [Float], _ kind: SoftSuppression, least: Float, groups: [Int]? = nil, limit: Int = .max
) -> [(position: Int, score: Float)] {
    checkCounts(boxes.count, scores, groups, "softNonMaximumSuppression")
    var (scores, waiting) = (scores, Array(boxes.indices))
    var kept: [(position: Int, score: Float)] = []
    while kept.count < limit {
        waiting.removeAll { !(scores[$0] >= least) }
        guard let best = waiting.max(by: { (scores[$0], $1) < (scores[$1], $0) }) else { break }
        kept.append((best, scores[best]))
        waiting.removeAll { $0 == best }
        for other in waiting where groups.map({ $0[other] == $0[best] }) ?? true {
            scores[other] *= kind.factor(boxes[best].iou(boxes[other]))
        }
    }
    return kept
}

private func suppress(
    _ count: Int, _ scores: [Float], _ groups: [Int]?, _ limit: Int, _ name: String,
    _ overlaps: (_ kept: Int, _ other: Int) -> Bool
) -> [Int] {
    checkCounts(count, scores, groups, name)
    let order = (0..<count).sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    var isDropped = [Bool](repeating: false, count: count)
    var kept: [Int] = []
    for (rank, position) in order.enumerated() where !isDropped[position] {
        kept.append(position)
        if kept.count >= limit { break }
        for other in order[(rank + 1)...] where !isDropped[other] && (groups.map { $0[other] == $0[position] } ?? true)
        {
            if overlaps(position, other) { isDropped[other] = true }
        }
    }
    return kept
}

private func checkCounts(_ count: Int, _ scores: [Float], _ groups: [Int]?, _ name: String) {
    check(
        scores.count == count && groups?.count ?? count == count,
        "\(name): \(count) boxes, \(scores.count) scores" + (groups.map { " and \($0.count) groups" } ?? ""))
}
