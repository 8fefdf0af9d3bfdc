/// Attention in several heads, each in its own part of the features: `concat(headᵢ) Wo`, with
/// `headᵢ = softmax(Qᵢ Kᵢᵀ / √d) Vᵢ` (Vaswani et al. 2017).
///
/// Queries `[N, Q, D]`, keys and values `[N, K, D]`, output `[N, Q, D]`. As a layer it attends to its own input.
public struct MultiHeadAttention: Layer {
    /// What queries look at: keys and values as the heads see them, `[N, K, D]`. Made once, it can be looked at often,
    /// and a decoder's own past can be added to.
    public struct Source {
        /// Compared with queries, `[N, K, D]`.
        public var keys: Tensor<Float>
        /// Taken where a query looks, `[N, K, D]`.
        public var values: Tensor<Float>

        /// With more places behind those that are there.
        public func adding(_ other: Source) -> Source {
            Source(
                keys: .concatenated([keys, other.keys], axis: 1),
                values: .concatenated([values, other.values], axis: 1))
        }

        /// The given rows, some perhaps more than once.
        public func rows(_ rows: Tensor<Int32>) -> Source {
            Source(keys: keys.gathering(rows), values: values.gathering(rows))
        }
    }

    /// Makes the queries.
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
    public init(
        _ features: Int, heads: Int, dropout: Double = 0, initializer: Initializer = .glorotUniform,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        check(
            heads > 0 && features % heads == 0,
            "MultiHeadAttention: \(features) features do not fall into \(heads) heads", file, line)
        let dense = { Dense(features, features, initializer: initializer, file: file, line: line) }
        (query, key, value, output) = (dense(), dense(), dense(), dense())
        self.heads = heads
        dropoutRate = dropout
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "MultiHeadAttention", input) { self(input, keys: input, values: input, pass).output }
    }

    /// Places `[N, K, D]` as queries see them.
    public func source(_ places: Tensor<Float>, _ pass: Pass) -> Source {
        let plain = pass.withoutObserver
        return Source(keys: key(places, plain), values: value(places, plain))
    }

    /// The output for each query, `[N, Q, D]`, and the weights of each head, `[N, heads, Q, K]`, in one operation for all
    /// heads; weights are not dropped.
    ///
    /// - Parameters:
    ///   - mask: which places of each source may be looked at, `[M, K]`.
    ///   - isCausal: whether query i looks at places up to i only.
    ///   - rows: which of the M sources each of the N looks at; `nil` where they belong together in order.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ queries: Tensor<Float>, _ source: Source, mask: Tensor<Bool>? = nil, isCausal: Bool = false,
        rows: Tensor<Int32>? = nil, _ pass: Pass
    ) -> (output: Tensor<Float>, weights: Tensor<Float>) {
        let plain = pass.withoutObserver
        let (joined, weights) = attention(
            query(queries, plain), source.keys, source.values, heads: heads, scale: scale(queries), mask: mask,
            isCausal: isCausal, sources: rows)
        return (output(joined, plain), weights)
    }

    /// The same with any mask, and with dropped weights in training.
    ///
    /// - Parameter mask: where a query may look, `[Q, K]` or anything that broadcasts to `[N, heads, Q, K]`.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ queries: Tensor<Float>, keys: Tensor<Float>, values: Tensor<Float>, mask: Tensor<Bool>? = nil, _ pass: Pass
    ) -> (output: Tensor<Float>, weights: Tensor<Float>) {
        checkLayer(
            queries.rank == 3 && keys.rank == 3 && values.rank == 3 && keys.shape[1] == values.shape[1],
            "\(pass.describe("MultiHeadAttention", query.weight)) expects [N, Q, D], [N, K, D] and [N, K, D], got "
                + "\(queries.shape), \(keys.shape) and \(values.shape)", madeAt: query.weight.place)
        let plain = pass.withoutObserver
        let source = Source(keys: key(keys, plain), values: value(values, plain))
        let isDropping = pass.isTraining && dropoutRate > 0
        if mask == nil && !isDropping { return self(queries, source, pass) }
        let (q, k, v) = (inHeads(query(queries, plain)), inHeads(source.keys), inHeads(source.values))
        let weights = attentionWeights(dotScores(q, k, scale: scale(queries)), mask)
        let used = isDropping ? dropout(weights, rate: dropoutRate, using: pass.random) : weights
        let joined = weightedMean(v, used, mask).swappingAxes(1, 2).reshaped(to: queries.shape)
        return (output(joined, plain), weights)
    }

    /// `1/√d`
    private func scale(_ queries: Tensor<Float>) -> Float { 1 / Float(queries.shape[2] / heads).squareRoot() }

    /// `[N, T, D]` to `[N, heads, T, D / heads]`.
    private func inHeads(_ x: Tensor<Float>) -> Tensor<Float> {
        x.reshaped(to: [x.shape[0], x.shape[1], heads, x.shape[2] / heads]).swappingAxes(1, 2)
    }
}
