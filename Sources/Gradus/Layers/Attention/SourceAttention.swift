/// How a decoder looks at the states of its source: keys made of the states once, and compared with each query.
///
/// With S positions of E features in N sources, and queries of D features.
public struct SourceAttention: Module {
    /// How a query is compared with a key.
    public enum Score: String, Codable, CaseIterable, Sendable {
        /// `q · (s W)` (Luong et al. 2015, "general").
        case luong
        /// The same times a learned number.
        case scaledLuong = "scaled_luong"
        /// `v · tanh(q Wq + s W)` (Bahdanau et al. 2014).
        case bahdanau
        /// `g v/|v| · tanh(q Wq + s W + b)`: the same with a learned length of v and a bias (Salimans & Kingma 2016).
        case normedBahdanau = "normed_bahdanau"
    }

    /// What queries look at: made once for all steps of a decoder.
    public struct Source {
        /// The states as they are compared, `[N, S, D]`.
        public let keys: Tensor<Float>
        /// The states that are taken, `[N, S, E]`.
        public let values: Tensor<Float>
        /// Which positions are words, `[N, S]`.
        public let mask: Tensor<Bool>?
        /// v of additive scores.
        fileprivate let vector: Tensor<Float>?
    }

    /// How a query is compared with a key.
    public let score: Score
    /// W, `[E, D]`.
    public let keyWeight: Parameter
    /// Wq, `[D, D]`.
    public let queryWeight: Parameter?
    /// v, `[D]`.
    public let vector: Parameter?
    /// What scores are multiplied by, or the length g of v, `[1]`.
    public let gain: Parameter?
    /// b, `[D]`.
    public let bias: Parameter?

    /// Attention of queries of D = `queries` features to states of E = `states` features.
    public init(_ score: Score, queries: Int, states: Int, initializer: Initializer = .glorotUniform) {
        self.score = score
        func weight(_ inputs: Int, _ shape: [Int]) -> Parameter {
            Parameter(initializer(shape, fanIn: inputs, fanOut: queries))
        }
        let isAdditive = score == .bahdanau || score == .normedBahdanau
        keyWeight = weight(states, [states, queries])
        queryWeight = isAdditive ? weight(queries, [queries, queries]) : nil
        vector = isAdditive ? weight(queries, [queries]) : nil
        switch score {
        case .scaledLuong: gain = Parameter(Tensor(ones: [1]))
        case .normedBahdanau: gain = Parameter(Tensor([1 / Float(queries).squareRoot()]))
        case .luong, .bahdanau: gain = nil
        }
        bias = score == .normedBahdanau ? Parameter(Tensor(zeros: [queries])) : nil
    }

    /// The states `[N, S, E]` ready to be looked at; `mask`, `[N, S]`, says which are words.
    public func source(_ states: Tensor<Float>, mask: Tensor<Bool>? = nil) -> Source {
        var v = vector?.value
        if let gain, let direction = v { v = direction * (gain.value / direction.squared().sum().squareRoot()) }
        return Source(keys: linear(states, keyWeight.value), values: states, mask: mask, vector: v)
    }

    /// What each query takes from its source.
    ///
    /// - Parameters:
    ///   - queries: `[R, Q, D]`.
    ///   - rows: which of the N sources each of the R looks at; `nil` where they belong together in order.
    /// - Returns: `[R, Q, E]`, and the weights, `[R, Q, S]`.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ queries: Tensor<Float>, _ source: Source, rows: Tensor<Int32>? = nil
    ) -> (context: Tensor<Float>, weights: Tensor<Float>) {
        var compared = queryWeight.map { linear(queries, $0.value, bias?.value) } ?? queries
        if score == .scaledLuong, let gain { compared = compared * gain.value }
        let (context, weights) = attentionWithWeights(
            compared, source.keys, source.values, vector: source.vector, keyMask: source.mask, sources: rows)
        return (context, weights.reshaped(to: [queries.shape[0], queries.shape[1], source.keys.shape[1]]))
    }
}
