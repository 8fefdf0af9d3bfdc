/// What each query takes from the values: their mean under weights `softmax(scores)`.
///
/// - Parameters:
///   - scores: how well each key answers each query, `[…, Q, K]`.
///   - values: `[…, K, D]`.
///   - mask: where a query may look, broadcast to the scores; `nil` for everywhere. What is hidden does not count, even where a
///     score or value is NaN; a query that may look nowhere takes zeros.
/// - Returns: `[…, Q, D]`, and the weights, `[…, Q, K]`.
public func attend<Scalar: DifferentiableScalar>(
    _ scores: Tensor<Scalar>, _ values: Tensor<Scalar>, mask: Tensor<Bool>? = nil
) -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
    let weights = attentionWeights(scores, mask)
    return (weightedMean(values, weights, mask), weights)
}

/// `softmax(scores)` over what the mask leaves, 0 elsewhere.
func attentionWeights<Scalar: DifferentiableScalar>(_ scores: Tensor<Scalar>, _ mask: Tensor<Bool>?) -> Tensor<Scalar> {
    guard let mask else { return scores.softmax() }
    let allowed = `where`(mask, scores, Tensor(-.infinity))
    return `where`(mask, allowed.softmax(), Tensor(0))
}

/// The product of weights with values, of which those behind the mask do not count.
func weightedMean<Scalar: DifferentiableScalar>(
    _ values: Tensor<Scalar>, _ weights: Tensor<Scalar>, _ mask: Tensor<Bool>?
) -> Tensor<Scalar> {
    guard let mask, !values.isHarmless else { return matmul(weights, values) }
    // The product with the finite values, and what the others give to the queries that may see them.
    let finite = matmul(weights, values.finitePart())
    let looks = Tensor<Scalar>(mask: mask).broadcast(to: weights.shape)
    let isTouched = matmul(looks, Tensor(mask: !values.finiteMask)) .> 0
    let touched = `where`(isTouched, matmul(weights.detached(), values.detached()), Tensor(0))
    return finite + touched
}

extension Tensor where Scalar: DifferentiableScalar {
    /// Whether 0 times any element is 0. (Huge doubles may be taken for infinite, which costs time only.)
    fileprivate var isHarmless: Bool { isAbstract || sumOfSquares.isFinite }

    /// Zeros where an element is not finite; no gradient flows there.
    fileprivate func finitePart() -> Tensor { `where`(finiteMask, self, Tensor(0)) }

    /// The same values, but no gradient flows to those that are not finite: behind a mask they have slopes of 0, and 0 times NaN
    /// would be NaN.
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
        // The gradients multiply by what is finite only, so that nothing comes from 0 · NaN behind a mask.
        products = matmul(queries.finitePart(), keys.finitePart(), transposeB: true)
        products = products + (matmul(queries.detached(), keys.detached(), transposeB: true) - products.detached())
    }
    return scale == 1 ? products : products * scale
}

/// Scores through a matrix: `q · (k W)` (Luong et al. 2015, "general").
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

/// Where step i may look at step j: at itself and the past, `[T, T]`.
public func causalMask(_ steps: Int) -> Tensor<Bool> {
    checkShape([steps, steps])
    return Tensor((0..<(steps * steps)).map { $0 % max(1, steps) <= $0 / max(1, steps) }, shape: [steps, steps])
}

/// Which steps of each row are valid, `[N, T]`.
public func lengthMask(_ lengths: [Int], steps: Int) -> Tensor<Bool> {
    checkShape([lengths.count, steps])
    return Tensor(lengths.flatMap { length in (0..<steps).map { $0 < length } }, shape: [lengths.count, steps])
}
