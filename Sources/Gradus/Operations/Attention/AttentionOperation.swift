import CKernels

/// What each query takes from the values of its source: their mean under `softmax(scores)`, of all heads at once.
///
/// A score is `scale · q · k`, or with a vector v `v · tanh(k + q)` (Bahdanau et al. 2014). It is what ``attend`` does
/// with ``dotScores`` or ``additiveScores``, in one operation that visits each key once and puts no head aside.
///
/// - Parameters:
///   - queries: `[N, Q, heads · D]`.
///   - keys: `[M, K, heads · D]`; M is N unless `sources` says otherwise.
///   - values: `[M, K, heads · E]`.
///   - vector: v, `[D]`, for one head only.
///   - mask: which keys may be looked at, `[M, K]`; `nil` for all. A query that may look nowhere takes zeros.
///   - isCausal: whether query i looks at keys up to i only.
///   - sources: the source of each of the N, each in `0..<M`; `nil` where source n belongs to n.
/// - Returns: `[N, Q, heads · E]`, and the weights, `[N, heads, Q, K]`.
/// - Traps: when the shapes disagree.
public func attention<Scalar: DifferentiableScalar>(
    _ queries: Tensor<Scalar>, _ keys: Tensor<Scalar>, _ values: Tensor<Scalar>, heads: Int = 1, scale: Scalar = 1,
    vector: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil, isCausal: Bool = false, sources: Tensor<Int32>? = nil,
    file: StaticString = #fileID, line: UInt = #line
) -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
    check(
        queries.rank == 3 && keys.rank == 3 && values.rank == 3 && Array(keys.shape[..<2]) == Array(values.shape[..<2])
            && queries.shape[2] == keys.shape[2],
        "attention: expected [N, Q, D], [M, K, D] and [M, K, E], got \(queries.shape), \(keys.shape) and "
            + "\(values.shape)", file, line)
    check(
        heads > 0 && keys.shape[2] % heads == 0 && values.shape[2] % heads == 0,
        "attention: features of \(keys.shape) and \(values.shape) do not fall into \(heads) heads", file, line)
    check(
        vector == nil || (heads == 1 && vector!.shape == [keys.shape[2]]),
        "attention: additive scores need one head and a vector [\(keys.shape[2])], got \(heads) and "
            + "\(vector?.shape ?? [])", file, line)
    check(
        mask == nil || mask!.shape == Array(keys.shape[..<2]),
        "attention: expected a mask [M, K] = \(keys.shape[..<2]), got \(mask?.shape ?? [])", file, line)
    let places = sources.map { $0.withUnsafeElements(Array.init) }
    check(
        places.map { $0.count == queries.shape[0] && $0.allSatisfy { $0 >= 0 && $0 < Int32(keys.shape[0]) } }
            ?? (queries.shape[0] == keys.shape[0]),
        "attention: each of \(queries.shape[0]) batch elements needs one of \(keys.shape[0]) sources", file, line)
    let run = AttentionRun(
        queries: queries.detached(), keys: keys.detached(), values: values.detached(), vector: vector?.detached(),
        heads: heads, scale: scale, mask: mask, isCausal: isCausal, sources: sources)
    (queries.storage.trace ?? keys.storage.trace)?.note(
        multiplyAdds: queries.shape[0] * queries.shape[1] * keys.shape[1] * (keys.shape[2] + values.shape[2]))
    let (context, weights) = run.forward()
    let results = record([context, weights], from: [queries, keys, values] + (vector.map { [$0] } ?? [])) {
        upstream, pass in
        pass.createsGraph
            ? pass.gradients(at: run.inputs, upstream, composedOf: run.composed).map { $0.map(Contribution.tensor) }
            : run.backward(upstream, weights, pass)
    }
    return (results[0], results[1])
}

/// One run of ``attention``, with what its backward pass needs.
private struct AttentionRun<Scalar: DifferentiableScalar> {
    let (queries, keys, values): (Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>)
    let vector: Tensor<Scalar>?
    let heads: Int
    let scale: Scalar
    let mask: Tensor<Bool>?
    let isCausal: Bool
    let sources: Tensor<Int32>?

    func forward() -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
        let (n, q, k) = (queries.shape[0], queries.shape[1], keys.shape[1])
        let weights = Tensor<Scalar>.uninitialized([n, heads, q, k], like: queries)
        let context = Tensor<Scalar>.computed([n, q, values.shape[2]], queries, keys, values) {
            out, queries, keys, values in
            nonisolated(unsafe) let (out, queries, keys, values) = (out, queries, keys, values)
            forEachRange { first, count, sizes in
                Scalar.kernels.pointee.attention(
                    out, weights.destination, queries, keys, values, vector?.pointer, sizes, first, count)
            }
        }
        return (context, weights)
    }

    func backward(
        _ upstream: [Tensor<Scalar>?], _ weights: Tensor<Scalar>, _ pass: BackwardPass<Scalar>
    ) -> [Contribution<Scalar>?] {
        let n = queries.shape[0]
        let slopes = Tensor<Scalar>.uninitialized(weights.shape, like: queries)
        let vectorRows = vector.map { Tensor<Scalar>.uninitialized([n, $0.count], like: queries) }
        let queryGradient = Tensor<Scalar>.computed(queries.shape, queries, keys, values) {
            out, queries, keys, values in
            withExtendedLifetime((upstream[0]?.storage, upstream[1]?.storage, weights.storage)) {
                nonisolated(unsafe) let (out, queries, keys, values) = (out, queries, keys, values)
                forEachRange { first, count, sizes in
                    Scalar.kernels.pointee.attention_slopes(
                        slopes.destination, out, vectorRows?.destination, upstream[0]?.pointer, upstream[1]?.pointer,
                        weights.pointer, queries, keys, values, vector?.pointer, sizes, first, count)
                }
            }
        }
        let keyGradient = Contribution<Scalar>.sum(keys.shape) { [self] out, accumulates in
            if !accumulates { zeroFill(out, keys.count) }
            withExtendedLifetime((slopes.storage, queries.storage, keys.storage)) {
                nonisolated(unsafe) let out = out
                forEachRange(isAdding: true) { first, count, sizes in
                    Scalar.kernels.pointee.attention_keys_gradient(
                        out, slopes.pointer, queries.pointer, keys.pointer, vector?.pointer, sizes, first, count)
                }
            }
        }
        let valueGradient = upstream[0].map { upstream in
            Contribution<Scalar>.sum(values.shape) { [self] out, accumulates in
                if !accumulates { zeroFill(out, values.count) }
                withExtendedLifetime((weights.storage, upstream.storage)) {
                    nonisolated(unsafe) let out = out
                    forEachRange(isAdding: true) { first, count, sizes in
                        Scalar.kernels.pointee.attention_values_gradient(
                            out, weights.pointer, upstream.pointer, sizes, first, count)
                    }
                }
            }
        }
        return [
            pass.wants(0) ? .tensor(queryGradient) : nil, pass.wants(1) ? keyGradient : nil,
            pass.wants(2) ? valueGradient : nil,
        ] + (vectorRows.map { [.tensor($0.sum(axes: [0]))] } ?? [])
    }

    var inputs: [Tensor<Scalar>] { [queries, keys, values] + (vector.map { [$0] } ?? []) }

    /// The same by matrix products and a softmax: context and weights from the inputs.
    func composed(_ inputs: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
        let (n, q, k) = (queries.shape[0], queries.shape[1], keys.shape[1])
        func heads(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
            x.reshaped(to: [x.shape[0], x.shape[1], self.heads, x.shape[2] / self.heads]).swappingAxes(1, 2)
        }
        func source(_ x: Tensor<Scalar>) -> Tensor<Scalar> { heads(sources.map { x.gathering($0) } ?? x) }
        let (queries, keys, values) = (heads(inputs[0]), source(inputs[1]), source(inputs[2]))
        var scores: Tensor<Scalar>
        if vector != nil {
            scores = matmul((queries.expandingShape(at: 3) + keys.expandingShape(at: 2)).tanh(), inputs[3])
        } else {
            scores = matmul(queries, keys, transposeB: true) * scale
        }
        // A key that may not be looked at has no weight; neither have all of a query that may look nowhere.
        var allowed = Tensor<Bool>(Array(repeating: true, count: k), shape: [k])
        if let mask {
            let chosen = sources.map { mask.gathering($0) } ?? mask
            allowed = chosen.reshaped(to: [n, 1, 1, k])
        }
        if isCausal {
            allowed = allowed && Tensor((0..<(q * k)).map { $0 % max(1, k) <= $0 / max(1, k) }, shape: [q, k])
        }
        scores = `where`(allowed, scores, Tensor(-.infinity))
        let top = scores.detached().max(axes: [-1], keepingAxes: true)
        let powers = `where`(allowed, (scores - `where`(top .> -.infinity, top, Tensor(0))).exp(), Tensor(0))
        let total = powers.sum(axes: [-1], keepingAxes: true)
        let weights = powers / `where`(total.detached() .> 0, total, Tensor(1))
        let context = matmul(weights, values).swappingAxes(1, 2).reshaped(to: [n, q, inputs[2].shape[2]])
        return [context, weights]
    }

    /// Calls `body` with ranges of batch elements, on several threads unless they add to sources that they share.
    private func forEachRange(
        isAdding: Bool = false,
        _ body: @Sendable (_ first: Int, _ count: Int, _ sizes: UnsafePointer<gradus_attention>) -> Void
    ) {
        let (n, q, k) = (queries.shape[0], queries.shape[1], keys.shape[1])
        let work = q * k * (keys.shape[2] + values.shape[2]) * (vector == nil ? 1 : 8)
        let grain = isAdding && sources != nil ? max(1, n) : max(1, Parallel.elementGrain / max(1, work))
        withExtendedLifetime((mask?.storage, sources?.storage, vector?.storage)) {
            var sizes = gradus_attention(
                queries: q, keys: k, heads: heads, features: keys.shape[2] / heads,
                value_features: values.shape[2] / heads, scale: scale.asDouble, is_causal: isCausal ? 1 : 0,
                mask: mask.map { UnsafeRawPointer($0.pointer).assumingMemoryBound(to: UInt8.self) },
                sources: sources?.pointer)
            withUnsafePointer(to: &sizes) { sizes in
                nonisolated(unsafe) let sizes = sizes
                Parallel.forEachRange(n, grain: grain) { body($0, $1, sizes) }
            }
        }
    }
}
