import Gradus

/// One layer of a Transformer with normalization before each part (Xiong et al. 2020): attention to the layer's own places,
/// then two dense layers with GELU between them, each added to what came in.
struct PreNormBlock: Module {
    let attentionNorm: LayerNorm
    let attention: MultiHeadAttention
    let networkNorm: LayerNorm
    let expand: Dense
    let contract: Dense

    init(_ features: Int, heads: Int) {
        (attentionNorm, networkNorm) = (LayerNorm(features), LayerNorm(features))
        attention = MultiHeadAttention(features, heads: heads)
        (expand, contract) = (Dense(features, 4 * features, activation: .gelu), Dense(4 * features, features))
    }

    /// Multiply-adds for each place, beside those of attention itself.
    static func multiplyAdds(_ features: Int) -> Int { 12 * features * features }

    /// All places `[N, T, D]` at once.
    func callAsFunction(_ x: Tensor<Float>, isCausal: Bool, _ pass: Pass) -> Tensor<Float> {
        withNetwork(x + attention(attentionNorm(x, pass), isCausal: isCausal, pass), pass)
    }

    /// The next place `[N, 1, D]`, which looks at itself and at all before it.
    func step(_ x: Tensor<Float>, past: inout KeyValueCache) -> Tensor<Float> {
        withNetwork(x + attention(attentionNorm(x, .inference), &past, .inference), .inference)
    }

    private func withNetwork(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        x + contract(expand(networkNorm(x, pass), pass), pass)
    }
}
