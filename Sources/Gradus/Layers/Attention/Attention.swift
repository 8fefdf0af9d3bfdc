/// Attention whose scores are inner products; queries and keys have the same length.
///
/// Queries `[N, Q, D]`, keys `[N, K, D]`, values `[N, K, E]`, context `[N, Q, E]`.
public struct DotAttention: Module {
    /// Multiplies the scores.
    public let scale: Float

    /// Attention with the given factor of the scores.
    public init(scale: Float = 1) { self.scale = scale }

    /// The context of each query and the weights behind it; `mask` is `[N, Q, K]` or broadcasts to it.
    public func callAsFunction(
        _ queries: Tensor<Float>, keys: Tensor<Float>, values: Tensor<Float>, mask: Tensor<Bool>? = nil
    ) -> (context: Tensor<Float>, weights: Tensor<Float>) {
        attend(dotScores(queries, keys, scale: scale), values, mask: mask)
    }
}

/// Attention whose scores go through a matrix (Luong's "general").
///
/// Queries `[N, Q, D]`, keys `[N, K, E]`; `weight` is `[E, D]`.
public struct GeneralAttention: Module {
    /// The matrix between keys and queries, `[E, D]`.
    public let weight: Parameter

    /// Attention from queries of `queries` features to keys of `keys` features.
    public init(queries: Int, keys: Int, initializer: Initializer = .glorotUniform) {
        weight = Parameter(initializer([keys, queries], fanIn: keys, fanOut: queries))
    }

    /// The keys `[N, K, E]` as queries compare with them, `[N, K, D]`: for many steps over the same keys.
    public func projected(_ keys: Tensor<Float>) -> Tensor<Float> { linear(keys, weight.value) }

    /// The context of each query and the weights behind it; `mask` is `[N, Q, K]` or broadcasts to it.
    public func callAsFunction(
        _ queries: Tensor<Float>, keys: Tensor<Float>, values: Tensor<Float>, mask: Tensor<Bool>? = nil
    ) -> (context: Tensor<Float>, weights: Tensor<Float>) {
        attend(dotScores(queries, projected(keys)), values, mask: mask)
    }
}

/// Attention whose scores come from a small network (Bahdanau's).
///
/// Queries `[N, Q, D]`, keys `[N, K, E]`; the weights are `[D, A]`, `[E, A]` and `[A]`.
public struct AdditiveAttention: Module {
    /// `[D, A]`
    public let queryWeight: Parameter
    /// `[E, A]`
    public let keyWeight: Parameter
    /// `[A]`
    public let vector: Parameter

    /// Attention with `units` hidden units.
    public init(queries: Int, keys: Int, units: Int, initializer: Initializer = .glorotUniform) {
        queryWeight = Parameter(initializer([queries, units], fanIn: queries, fanOut: units))
        keyWeight = Parameter(initializer([keys, units], fanIn: keys, fanOut: units))
        vector = Parameter(initializer([units], fanIn: units, fanOut: 1))
    }

    /// The context of each query and the weights behind it; `mask` is `[N, Q, K]` or broadcasts to it.
    public func callAsFunction(
        _ queries: Tensor<Float>, keys: Tensor<Float>, values: Tensor<Float>, mask: Tensor<Bool>? = nil
    ) -> (context: Tensor<Float>, weights: Tensor<Float>) {
        let scores = additiveScores(
            queries, keys, queryWeight: queryWeight.value, keyWeight: keyWeight.value, vector: vector.value)
        return attend(scores, values, mask: mask)
    }
}
