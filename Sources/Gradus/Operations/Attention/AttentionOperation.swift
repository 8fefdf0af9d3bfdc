/// What each query takes from the values of its source: their mean under `softmax(scores)`, of all heads at once, with
/// `score = scale · q · k + bias`.
///
/// The weights of all pairs are never held: blocks of them go from queries and keys to contexts while they lie in a core's
/// cache, and are made again in the backward pass (Dao et al. 2022). Memory grows with `Q + K`, not with `Q · K`.
///
/// - Parameters:
///   - queries: `[N, Q, heads · D]`.
///   - keys: `[M, K, heads · D]`; M is N unless `sources` says otherwise.
///   - values: `[M, K, heads · E]`.
///   - keyMask: which keys of each source may be looked at, `[M, K]`; `nil` for all.
///   - mask: where a query may look, whatever broadcasts to `[N, heads, Q, K]`; `nil` for everywhere. A query that may look
///     nowhere takes zeros.
///   - bias: what is added to the scores, whatever broadcasts to `[N, heads, Q, K]`; it has a gradient too.
///   - isCausal: whether query i looks at keys up to i only.
///   - rate: the probability with which a weight is dropped; the others are divided by `1 − rate`.
///   - random: what decides that; the choice is made again in the backward pass.
///   - sources: the source of each of the N, each in `0..<M`; `nil` where source n belongs to n.
/// - Returns: `[N, Q, heads · E]`.
/// - Traps: when the shapes disagree, or `rate` is not in `0..<1`.
public func attention<Scalar: DifferentiableScalar>(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, _ values: Tensor<Scalar>, heads: Int = 1, scale: Scalar = 1,
    keyMask: Tensor<Bool>? = nil, mask: Tensor<Bool>? = nil, bias: Tensor<Scalar>? = nil, isCausal: Bool = false,
    dropout rate: Double = 0, using random: RandomGenerator = .current, sources: Tensor<Int32>? = nil
) -> Tensor<Scalar> {
    AttentionRun(
        [queries, keys, values], heads: heads, scale: scale, keyMask: keyMask, mask: mask, bias: bias,
        isCausal: isCausal, sources: sources
    ).dropping(rate, using: random).context()
}

/// The same with the weights that the values were taken by, before any is dropped; they need memory for all pairs.
///
/// - Parameter vector: v, `[D]`, for one head only: then a score is `v · tanh(k + q) + bias` (Bahdanau et al. 2014).
/// - Returns: `[N, Q, heads · E]`, and the weights, `[N, heads, Q, K]`.
/// - Traps: when the shapes disagree, or `rate` is not in `0..<1`.
public func attentionWithWeights<Scalar: DifferentiableScalar>(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, _ values: Tensor<Scalar>, heads: Int = 1, scale: Scalar = 1,
    vector: Tensor<Scalar>? = nil, keyMask: Tensor<Bool>? = nil, mask: Tensor<Bool>? = nil, bias: Tensor<Scalar>? = nil,
    isCausal: Bool = false, dropout rate: Double = 0, using random: RandomGenerator = .current,
    sources: Tensor<Int32>? = nil
) -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
    AttentionRun(
        [queries, keys, values], heads: heads, scale: scale, vector: vector, keyMask: keyMask, mask: mask, bias: bias,
        isCausal: isCausal, sources: sources
    ).dropping(rate, using: random).contextAndWeights()
}
