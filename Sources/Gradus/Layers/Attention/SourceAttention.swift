/// A decoder's attention over the states of its source; the keys are computed once and compared with each query.
///
/// N sources have S positions of E features; queries have D features.
public struct SourceAttention: Module {
    /// How a query is compared with a key.
    public enum Score: String, Codable, CaseIterable, Sendable {
        /// `q · (s W)` (Luong et al. 2015, "general").
        case luong
        /// The same times a learned scalar.
        case scaledLuong = "scaled_luong"
        /// `v · tanh(q Wq + s W)` (Bahdanau et al. 2014).
        case bahdanau
        /// `g v/|v| · tanh(q Wq + s W + b)`: the same with a learned length of v and a bias (Salimans & Kingma 2016).
        case normedBahdanau = "normed_bahdanau"
    }

    /// Keys and values of the sources, computed once for all steps of a decoder.
    public struct Source {
        /// The keys, `[N, S, D]`.
        let keys: Tensor<Float>
        /// The values, `[N, S, E]`.
        let values: Tensor<Float>
        /// True at valid positions, `[N, S]`.
        let mask: Tensor<Bool>?
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
    /// The factor of the scores, or the length g of v, `[1]`.
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

    /// Keys and values of the states `[N, S, E]`; `mask`, `[N, S]`, is true at valid positions.
    public func source(_ states: Tensor<Float>, mask: Tensor<Bool>? = nil) -> Source {
        var v = vector?.value
        if let gain, let direction = v { v = direction * (gain.value / direction.squared().sum().squareRoot()) }
        return Source(keys: linear(states, keyWeight.value), values: states, mask: mask, vector: v)
    }

    /// The context of each query.
    ///
    /// - Parameters:
    ///   - queries: `[R, Q, D]`.
    ///   - rows: the index of each row's source; `nil` where row and source have the same index.
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
