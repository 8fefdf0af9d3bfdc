/// Attention in several heads, each in its own part of the features: `concat(headᵢ) Wo`, with
/// `headᵢ = softmax(Qᵢ Kᵢᵀ / √d) Vᵢ` (Vaswani et al. 2017).
///
/// Queries `[N, Q, D]`, keys and values `[N, K, D]`, output `[N, Q, D]`. As a layer it attends to its own input.
public struct MultiHeadAttention: Layer {
    /// Projected keys and values, computed once for any number of queries.
    public struct Source {
        /// The keys of all heads, `[N, K, D]`.
        public var keys: Tensor<Float>
        /// The values of all heads, `[N, K, D]`.
        public var values: Tensor<Float>
    }

    /// Projects the queries.
    public let query: Dense
    /// Makes the keys.
    public let key: Dense
    /// Makes the values.
    public let value: Dense
    /// Joins the heads.
    public let output: Dense
    /// The number of heads.
    public let heads: Int
    /// The probability with which a weight is dropped in training.
    public let dropoutRate: Double

    /// Attention over `features` features in `heads` heads.
    ///
    /// - Traps: when the features do not divide evenly.
    public init(_ features: Int, heads: Int, dropout: Double = 0, initializer: Initializer = .glorotUniform) {
        check(
            heads > 0 && features % heads == 0,
            "MultiHeadAttention: \(features) features do not fall into \(heads) heads")
        let dense = { Dense(features, features, initializer: initializer) }
        (query, key, value, output) = (dense(), dense(), dense(), dense())
        self.heads = heads
        dropoutRate = dropout
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) { self(input, keyMask: nil, pass) }
    }

    /// The output for each place of the input `[N, T, D]`, which looks at the others.
    ///
    /// Queries, keys and values are one product, and no weights are held. In training weights are dropped.
    ///
    /// - Parameters:
    ///   - keyMask: which positions may be looked at, `[N, T]`.
    ///   - mask: where a position may look, whatever broadcasts to `[N, heads, T, T]`, as ``causalMask(_:)`` does.
    ///   - bias: what is added to the scores, whatever broadcasts to `[N, heads, T, T]`.
    ///   - isCausal: whether a position looks at itself and those before it only.
    /// - Returns: `[N, T, D]`.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ input: Tensor<Float>, keyMask: Tensor<Bool>? = nil, mask: Tensor<Bool>? = nil, bias: Tensor<Float>? = nil,
        isCausal: Bool = false, _ pass: Pass
    ) -> Tensor<Float> {
        checkInputs(input, input, input, pass)
        let dense = [query, key, value]
        // Fewer positions are not worth the blocks of a fused attention.
        guard input.shape[1] >= 16, dense.allSatisfy({ $0.bias != nil && $0.activation == .identity }) else {
            return self(input, source(input, pass), keyMask: keyMask, mask: mask, bias: bias, isCausal: isCausal, pass)
        }
        let joined = joinedLinear(input, dense.map(\.weight.value), dense.map(\.bias!.value))
        let run = AttentionRun(
            [joined], heads: heads, scale: scale, keyMask: keyMask, mask: mask, bias: bias, isCausal: isCausal)
        return output(dropping(run, pass).context(), pass.withoutObserver)
    }

    /// Cross-attention: the output for each query `[N, Q, D]` over the positions of another input.
    ///
    /// - Parameters:
    ///   - keys: `[N, K, D]`.
    ///   - values: `[N, K, D]`.
    ///   - keyMask: true at positions that may be attended to, `[N, K]`.
    ///   - mask: true where a query may attend, broadcast to `[N, heads, Q, K]`.
    ///   - bias: added to the scores, broadcast to `[N, heads, Q, K]`.
    ///   - isCausal: whether query i attends only to positions up to i.
    /// - Returns: `[N, Q, D]`.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ queries: Tensor<Float>, keys: Tensor<Float>, values: Tensor<Float>, keyMask: Tensor<Bool>? = nil,
        mask: Tensor<Bool>? = nil, bias: Tensor<Float>? = nil, isCausal: Bool = false, _ pass: Pass
    ) -> Tensor<Float> {
        checkInputs(queries, keys, values, pass)
        let plain = pass.withoutObserver
        let source = Source(keys: key(keys, plain), values: value(values, plain))
        return self(queries, source, keyMask: keyMask, mask: mask, bias: bias, isCausal: isCausal, pass)
    }

    /// Keys and values of the positions `[N, K, D]`.
    public func source(_ positions: Tensor<Float>, _ pass: Pass) -> Source {
        let plain = pass.withoutObserver
        return Source(keys: key(positions, plain), values: value(positions, plain))
    }

    /// The output for each query `[N, Q, D]` over a source from ``source(_:_:)``.
    ///
    /// - Parameters:
    ///   - keyMask: true at positions of each source that may be attended to, `[M, K]`.
    ///   - mask: true where a query may attend, broadcast to `[N, heads, Q, K]`.
    ///   - bias: added to the scores, broadcast to `[N, heads, Q, K]`.
    ///   - isCausal: whether query i attends only to positions up to i.
    ///   - rows: the index of each query row's source; `nil` where row and source have the same index.
    /// - Returns: `[N, Q, D]`.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ queries: Tensor<Float>, _ source: Source, keyMask: Tensor<Bool>? = nil, mask: Tensor<Bool>? = nil,
        bias: Tensor<Float>? = nil, isCausal: Bool = false, rows: Tensor<Int32>? = nil, _ pass: Pass
    ) -> Tensor<Float> {
        let run = run(queries, source, keyMask, mask, bias, isCausal, rows, pass)
        return output(run.context(), pass.withoutObserver)
    }

    /// The same with the weights of each head, `[N, heads, Q, K]`, before dropout; they need memory for all pairs.
    public func withWeights(
        _ queries: Tensor<Float>, _ source: Source, keyMask: Tensor<Bool>? = nil, mask: Tensor<Bool>? = nil,
        bias: Tensor<Float>? = nil, isCausal: Bool = false, rows: Tensor<Int32>? = nil, _ pass: Pass
    ) -> (output: Tensor<Float>, weights: Tensor<Float>) {
        let run = run(queries, source, keyMask, mask, bias, isCausal, rows, pass)
        let (joined, weights) = run.contextAndWeights()
        return (output(joined, pass.withoutObserver), weights)
    }

    /// Causal self-attention for positions `[N, T, D]` that follow those in the cache, to which they are appended.
    ///
    /// - Returns: `[N, T, D]`, the same as a causal run over all positions gives for the last T.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(_ positions: Tensor<Float>, _ cache: inout KeyValueCache, _ pass: Pass) -> Tensor<Float>
    {
        checkInputs(positions, positions, positions, pass)
        cache = cache.adding(source(positions, pass))
        let parts = cache.parts!
        var run = AttentionRun(
            [query(positions, pass.withoutObserver), parts.keys, parts.values], keyCount: cache.count, heads: heads,
            scale: scale, isCausal: positions.shape[1] > 1)
        run.causalOffset = cache.count - positions.shape[1]
        return output(run.context(), pass.withoutObserver)
    }

    private func run(
        _ queries: Tensor<Float>, _ source: Source, _ keyMask: Tensor<Bool>?, _ mask: Tensor<Bool>?,
        _ bias: Tensor<Float>?,
        _ isCausal: Bool, _ rows: Tensor<Int32>?, _ pass: Pass
    ) -> AttentionRun<Float> {
        dropping(
            AttentionRun(
                [query(queries, pass.withoutObserver), source.keys, source.values], heads: heads, scale: scale,
                keyMask: keyMask, mask: mask, bias: bias, isCausal: isCausal, sources: rows), pass)
    }

    private func dropping(_ run: AttentionRun<Float>, _ pass: Pass) -> AttentionRun<Float> {
        pass.isTraining ? run.dropping(dropoutRate, using: pass.random) : run
    }

    /// `1/√d`
    private var scale: Float { 1 / Float(query.weight.shape[1] / heads).squareRoot() }

    private func checkInputs(_ queries: Tensor<Float>, _ keys: Tensor<Float>, _ values: Tensor<Float>, _ pass: Pass) {
        let width = query.weight.shape[0]
        check(
            queries.rank == 3 && keys.rank == 3 && values.rank == 3 && keys.shape[1] == values.shape[1]
                && [queries, keys, values].allSatisfy { $0.shape[2] == width },
            "\(pass.describe("MultiHeadAttention", query.weight)) expects [N, Q, \(width)], [N, K, \(width)] and "
                + "[N, K, \(width)], got \(queries.shape), \(keys.shape) and \(values.shape)")
    }
}
