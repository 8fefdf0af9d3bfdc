import CKernels

/// How the losses of single elements are reduced.
public enum Reduction: Sendable {
    /// Their mean.
    case mean
    /// Their sum.
    case sum
    /// No reduction: one loss per element.
    case none

    func callAsFunction<Scalar: DifferentiableScalar>(_ losses: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .mean: losses.mean()
        case .sum: losses.sum()
        case .none: losses
        }
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// The product with weights of the same shape, where a weight of 0 gives 0 even for ±∞ and NaN.
    func weighted(by weights: Tensor) -> Tensor {
        let (x, w) = (detached(), weights.detached())
        return record(Tensor.combine(GRADUS_WEIGH, "weighted", w, x), from: self, weights) { upstream, pass in
            upstream.weighted(by: pass.input(1, w))
        } _: { upstream, pass in
            pass.input(0, x).weighted(by: upstream)
        }
    }
}

/// Binary cross-entropy from logits: `−t log σ(x) − (1 − t) log(1 − σ(x))`, without overflow.
///
/// - Parameters:
///   - logits: of any shape.
///   - targets: of the same shape, in `0...1`; at 0 and 1 the other term is ignored, even where it is infinite.
///   - positiveWeight: multiplies the first part, to balance rare positives.
/// - Returns: a scalar in nats, or one loss per element.
/// - Traps: when the shapes differ.
public func binaryCrossEntropy<Scalar: DifferentiableScalar>(
    _ logits: Tensor<Scalar>, _ targets: Tensor<Scalar>, positiveWeight: Scalar = 1, reduction: Reduction = .mean
) -> Tensor<Scalar> {
    checkSameShape("binaryCrossEntropy", logits, targets)
    // −log σ(x) = softplus(−x) and −log(1 − σ(x)) = softplus(x).
    let positive = (-logits).softplus().weighted(by: positiveWeight == 1 ? targets : targets * positiveWeight)
    return reduction(positive + logits.softplus().weighted(by: 1 - targets))
}

/// The squared error `(x − t)²`.
///
/// - Traps: when the shapes differ.
public func meanSquaredError<Scalar: DifferentiableScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>, reduction: Reduction = .mean
) -> Tensor<Scalar> {
    checkSameShape("meanSquaredError", predictions, targets)
    return reduction((predictions - targets).squared())
}

/// The absolute error `|x − t|` (L1).
///
/// - Traps: when the shapes differ.
public func meanAbsoluteError<Scalar: DifferentiableScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>, reduction: Reduction = .mean
) -> Tensor<Scalar> {
    checkSameShape("meanAbsoluteError", predictions, targets)
    return reduction((predictions - targets).absoluteValue())
}

/// Huber's loss: `(x − t)² / 2` where `|x − t| ≤ δ`, and `δ (|x − t| − δ/2)` beyond.
///
/// - Traps: when the shapes differ or δ is not positive.
public func huberLoss<Scalar: DifferentiableScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>, delta: Double = 1, reduction: Reduction = .mean
) -> Tensor<Scalar> {
    checkSameShape("huberLoss", predictions, targets)
    check(delta > 0, "huberLoss: delta must be positive, got \(delta)")
    // With c the difference clipped to ±δ, c (d − c/2) covers both branches.
    let difference = predictions - targets
    let clipped = difference.clipped(-delta, delta)
    return reduction(clipped * (difference - clipped * 0.5))
}

/// The hinge loss `max(0, 1 − t x)` of scores against targets of ±1, as in a support vector machine.
///
/// - Traps: when the shapes differ.
public func hingeLoss<Scalar: DifferentiableScalar>(
    _ scores: Tensor<Scalar>, _ targets: Tensor<Scalar>, reduction: Reduction = .mean
) -> Tensor<Scalar> {
    checkSameShape("hingeLoss", scores, targets)
    return reduction((1 - targets * scores).relu())
}

/// The multi-class hinge loss: `(1/N) Σₙ Σ_{k ≠ label} max(0, margin − x[n, label] + x[n, k])` (Weston & Watkins 1999).
///
/// - Parameters:
///   - scores: `[N, K]`.
///   - labels: `[N]`, each in `0..<K`.
/// - Traps: when the shapes disagree or a label is outside `0..<K`.
public func hingeLoss<Scalar: DifferentiableScalar>(
    _ scores: Tensor<Scalar>, labels: Tensor<Int32>, margin: Scalar = 1
) -> Tensor<Scalar> {
    check(
        scores.rank == 2 && labels.shape == [scores.shape[0]],
        "hingeLoss: expected scores [N, K] and labels [N], got \(scores.shape) and \(labels.shape)")
    let right = scores.takeAlong(labels.expandingShape(at: 1), axis: 1)
    let wrong = 1 - labels.oneHot(scores.shape[1], as: Scalar.self)
    return (scores - right + margin).relu().weighted(by: wrong).sum() / Scalar(max(1, labels.count))
}

/// Kullback and Leibler's divergence `Σₖ t (ln t − x)` from log-probabilities x to probabilities t, averaged over rows.
///
/// - Parameters:
///   - logProbabilities: `[…, K]`.
///   - targets: probabilities, `[…, K]`; zeros contribute nothing, and no gradient flows to them.
/// - Traps: when the shapes differ.
public func klDivergence<Scalar: DifferentiableScalar>(
    _ logProbabilities: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> Tensor<Scalar> {
    checkSameShape("klDivergence", logProbabilities, targets)
    let t = targets.detached()
    let rows = t.count / max(1, t.shape.last ?? 1)
    return (t.log() - logProbabilities).weighted(by: t).sum() / Scalar(max(1, rows))
}
