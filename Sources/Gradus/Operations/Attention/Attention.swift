/// Multi-head attention: for each query the mean of its source's values, weighted by `softmax(scores)` with `score =
/// scale · q · k + bias`.
///
/// The weights of all pairs are never stored: blocks of them are computed while they are in a core's cache, and
/// recomputed in the backward pass (Dao et al. 2022). Memory grows with `Q + K`, not with `Q · K`.
///
/// - Parameters:
///   - queries: `[N, Q, heads · D]`.
///   - keys: `[M, K, heads · D]`; M is N without `sources`.
///   - values: `[M, K, heads · E]`.
///   - keyMask: the keys of each source that are visible, `[M, K]`; `nil` for all.
///    - mask: the pairs that are visible, broadcast to `[N, heads, Q, K]`; `nil` for all. A query without visible keys
///      gets zeros.
///    - bias: added to the scores, broadcast to `[N, heads, Q, K]`; it is differentiable.
///    - isCausal: whether query i sees only keys up to i.
///    - rate: the probability of dropping a weight; the others are divided by `1 − rate`.
///    - random: selects the dropped weights, again in the backward pass.
///    - sources: the source of each of the N, in `0..<M`; `nil` if n attends to source n.
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

/// The same with the weights before dropout, which need memory for all pairs.
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

/// Attention with given scores: for each query the mean of the values, weighted by `softmax(scores)`.
///
/// - Parameters:
///    - scores: of each query and key, `[…, Q, K]`.
///    - values: `[…, K, D]`.
///    - mask: the visible pairs, broadcast to the scores; `nil` for all. Masked scores and values do not contribute,
///      even if they are NaN; a query without visible keys gets zeros.
/// - Returns: `[…, Q, D]`, and the weights, `[…, Q, K]`.
public func attend<Scalar: DifferentiableScalar>(
    _ scores: Tensor<Scalar>, _ values: Tensor<Scalar>, mask: Tensor<Bool>? = nil
) -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
    let weights = attentionWeights(scores, mask)
    return (weightedMean(values, weights, mask), weights)
}

/// `softmax(scores)` over the visible keys, 0 elsewhere.
func attentionWeights<Scalar: DifferentiableScalar>(_ scores: Tensor<Scalar>, _ mask: Tensor<Bool>?) -> Tensor<Scalar> {
    guard let mask else { return scores.softmax() }
    let allowed = `where`(mask, scores, Tensor(-.infinity))
    return `where`(mask, allowed.softmax(), Tensor(0))
}

/// The product of weights and values, without masked values.
func weightedMean<Scalar: DifferentiableScalar>(
    _ values: Tensor<Scalar>, _ weights: Tensor<Scalar>, _ mask: Tensor<Bool>?
) -> Tensor<Scalar> {
    guard let mask, !values.isHarmless else { return matmul(weights, values) }
    // The product with the finite values, plus the other values for the queries that see them.
    let finite = matmul(weights, values.finitePart())
    let looks = Tensor<Scalar>(mask: mask).broadcast(to: weights.shape)
    let isTouched = matmul(looks, Tensor(mask: !values.finiteMask)) .> 0
    let touched = `where`(isTouched, matmul(weights.detached(), values.detached()), Tensor(0))
    return finite + touched
}

extension Tensor where Scalar: DifferentiableScalar {
    /// Whether 0 times any element is 0. (Huge doubles may count as infinite, which only costs time.)
    fileprivate var isHarmless: Bool { isAbstract || sumOfSquares.isFinite }

    /// The tensor with 0 for elements that are not finite; no gradient flows there.
    fileprivate func finitePart() -> Tensor { `where`(finiteMask, self, Tensor(0)) }

    /// The same values, but no gradient flows to those that are not finite: behind a mask their derivatives are 0, and
    /// 0 · NaN is NaN.
    fileprivate func shieldingGradient() -> Tensor {
        if isHarmless { return self }
        let finite = finitePart()
        return finite + (detached() - finite.detached())
    }
}

/// Scores by inner products: `scale · q · k` (Luong et al. 2015; with `1/√D`, Vaswani et al. 2017).
///
/// - Parameters:
///   - queries: `[…, Q, D]`.
///   - keys: `[…, K, D]`.
/// - Returns: `[…, Q, K]`.
public func dotScores<Scalar: DifferentiableScalar>(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, scale: Scalar = 1
) -> Tensor<Scalar> {
    var products: Tensor<Scalar>
    if queries.isHarmless && keys.isHarmless {
        products = matmul(queries, keys, transposeB: true)
    } else {
        // The gradients multiply by finite numbers only, so that 0 · NaN does not occur behind a mask.
        products = matmul(queries.finitePart(), keys.finitePart(), transposeB: true)
        products = products + (matmul(queries.detached(), keys.detached(), transposeB: true) - products.detached())
    }
    return scale == 1 ? products : products * scale
}

/// Scores by a bilinear form: `q · (k W)` (Luong et al. 2015, "general").
///
/// - Parameters:
///   - queries: `[…, Q, D]`.
///   - keys: `[…, K, E]`.
///   - weight: `[E, D]`.
/// - Returns: `[…, Q, K]`.
public func generalScores<Scalar: DifferentiableScalar>(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, _ weight: Tensor<Scalar>
) -> Tensor<Scalar> {
    dotScores(queries, linear(keys, weight))
}

/// Scores by a small network: `v · tanh(q Wq + k Wk)` (Bahdanau et al. 2014).
///
/// - Parameters:
///   - queries: `[N, Q, D]`.
///   - keys: `[N, K, E]`.
///   - queryWeight: `[D, A]`.
///   - keyWeight: `[E, A]`.
///   - vector: v, `[A]`.
/// - Returns: `[N, Q, K]`.
/// - Traps: when the shapes disagree.
public func additiveScores<Scalar: DifferentiableScalar>(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, queryWeight: Tensor<Scalar>, keyWeight: Tensor<Scalar>,
    vector: Tensor<Scalar>
) -> Tensor<Scalar> {
    check(
        queries.rank == 3 && keys.rank == 3,
        "additiveScores: expected queries [N, Q, D] and keys [N, K, E], got \(queries.shape) and \(keys.shape)")
    let q = linear(queries, queryWeight).expandingShape(at: 2)
    let k = linear(keys, keyWeight).expandingShape(at: 1)
    return matmul((q + k).shieldingGradient().tanh().shieldingGradient(), vector)
}

/// The causal mask, `[T, T]`: step i sees itself and earlier steps.
public func causalMask(_ steps: Int) -> Tensor<Bool> {
    checkShape([steps, steps])
    return Tensor((0..<(steps * steps)).map { $0 % max(1, steps) <= $0 / max(1, steps) }, shape: [steps, steps])
}

/// The valid steps of each row, `[N, T]`.
public func lengthMask(_ lengths: [Int], steps: Int) -> Tensor<Bool> {
    checkShape([lengths.count, steps])
    return Tensor(lengths.flatMap { length in (0..<steps).map { $0 < length } }, shape: [lengths.count, steps])
}
