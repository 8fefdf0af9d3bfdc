/// What each query takes from the values: their mean under weights `softmax(scores)`.
///
/// - Parameters:
///   - scores: how well each key answers each query, `[…, Q, K]`.
///   - values: `[…, K, D]`.
///   - mask: where a query may look, broadcast to the scores; `nil` for everywhere.
/// - Returns: `[…, Q, D]`, and the weights, `[…, Q, K]`.
public func attend<Scalar: DifferentiableScalar>(
    _ scores: Tensor<Scalar>, _ values: Tensor<Scalar>, mask: Tensor<Bool>? = nil, file: StaticString = #fileID,
    line: UInt = #line
) -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
    // A finite floor: a row that may look nowhere becomes even instead of NaN.
    let allowed = mask.map { `where`($0, scores, Tensor(-1e9), file: file, line: line) } ?? scores
    let weights = allowed.softmax()
    return (matmul(weights, values, file: file, line: line), weights)
}

/// Scores by inner products: `scale · q · k` (Luong et al. 2015; with `1/√D`, Vaswani et al. 2017).
///
/// - Parameters:
///   - queries: `[…, Q, D]`.
///   - keys: `[…, K, D]`.
/// - Returns: `[…, Q, K]`.
public func dotScores<Scalar: DifferentiableScalar>(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, scale: Scalar = 1, file: StaticString = #fileID,
    line: UInt = #line
) -> Tensor<Scalar> {
    let products = matmul(queries, keys, transposeB: true, file: file, line: line)
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
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, _ weight: Tensor<Scalar>, file: StaticString = #fileID,
    line: UInt = #line
) -> Tensor<Scalar> {
    dotScores(queries, linear(keys, weight, file: file, line: line), file: file, line: line)
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
    vector: Tensor<Scalar>, file: StaticString = #fileID, line: UInt = #line
) -> Tensor<Scalar> {
    check(
        queries.rank == 3 && keys.rank == 3,
        "additiveScores: expected queries [N, Q, D] and keys [N, K, E], got \(queries.shape) and \(keys.shape)", file,
        line)
    let q = linear(queries, queryWeight, file: file, line: line).expandingShape(at: 2)
    let k = linear(keys, keyWeight, file: file, line: line).expandingShape(at: 1)
    return matmul((q + k).tanh(), vector, file: file, line: line)
}

/// Where step i may look at step j: at itself and the past, `[T, T]`.
public func causalMask(_ steps: Int) -> Tensor<Bool> {
    Tensor((0..<(steps * steps)).map { $0 % max(1, steps) <= $0 / max(1, steps) }, shape: [steps, steps])
}

/// Which steps of each row are valid, `[N, T]`.
public func lengthMask(_ lengths: [Int], steps: Int) -> Tensor<Bool> {
    Tensor(lengths.flatMap { length in (0..<steps).map { $0 < length } }, shape: [lengths.count, steps])
}
