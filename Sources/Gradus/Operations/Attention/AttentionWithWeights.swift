import CKernels

/// Attention row by row, with all weights in memory.
extension AttentionRun {
    func contextAndWeightsOfRows() -> (context: Tensor<Scalar>, weights: Tensor<Scalar>) {
        let weights = Tensor<Scalar>.uninitialized([batch, heads, queryCount, keyCount], like: parts[0])
        let context = Tensor<Scalar>.computed([batch, queryCount, heads * e], parts[0], parts[1], parts[2]) {
            out, queries, keys, values in
            nonisolated(unsafe) let (out, queries, keys, values) = (out, queries, keys, values)
            forEachRange { first, count, sizes in
                Scalar.kernels.pointee.attention(
                    out, weights.destination, queries, keys, values, vector?.pointer, sizes, first, count)
            }
        }
        let saved = detached()
        let results = record([context, weights], from: inputs, operation: "attention") { upstream, pass in
            pass.createsGraph
                ? pass.gradients(at: saved.inputs, upstream, composedOf: saved.composed).map {
                    $0.map(Contribution.tensor)
                }
                : saved.gradientsOfRows(upstream, weights, pass)
        }
        return (results[0], results[1])
    }

    private func gradientsOfRows(
        _ upstream: [Tensor<Scalar>?], _ weights: Tensor<Scalar>, _ pass: BackwardPass<Scalar>
    ) -> [Contribution<Scalar>?] {
        let (queries, keys, values) = (parts[0], parts[1], parts[2])
        let slopes = Tensor<Scalar>.uninitialized(weights.shape, like: queries)
        let vectorRows = vector.map { Tensor<Scalar>.uninitialized([batch, $0.count], like: queries) }
        let queryGradient = Tensor<Scalar>.computed(queries.shape, queries, keys, values) {
            out, queries, keys, values in
            withExtendedLifetime((upstream[0]?.storage, upstream[1]?.storage, weights.storage)) {
                nonisolated(unsafe) let (out, queries, keys, values) = (out, queries, keys, values)
                forEachRange { first, count, sizes in
                    Scalar.kernels.pointee.attention_score_gradient(
                        slopes.destination, out, vectorRows?.destination, upstream[0]?.pointer, upstream[1]?.pointer,
                        weights.pointer, queries, keys, values, vector?.pointer, sizes, first, count)
                }
            }
        }
        let keyGradient = Contribution<Scalar>.sum(keys.shape) { out, accumulates in
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
            Contribution<Scalar>.sum(values.shape) { out, accumulates in
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

    /// Calls `body` with ranges of batch elements, on several threads unless they add to shared sources.
    private func forEachRange(
        isAdding: Bool = false,
        _ body: @Sendable (_ first: Int, _ count: Int, _ sizes: UnsafePointer<gradus_attention>) -> Void
    ) {
        let work = queryCount * keyCount * heads * (d + e) * (vector == nil ? 1 : 8)
        let grain = isAdding && sources != nil ? max(1, batch) : max(1, Parallel.elementGrain / max(1, work))
        withSizes { sizes in
            nonisolated(unsafe) let sizes = sizes
            Parallel.forEachRange(batch, grain: grain) { body($0, $1, sizes) }
        }
    }
}
