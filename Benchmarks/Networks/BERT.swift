import Gradus

/// BERT's base size (Devlin et al. 2018), without the layer that pools: 12 layers of 768 features, 12 heads, vocabulary of
/// 30,522; 108,891,648 weights.
///
/// Tokens `[N, T]`, places `[N, T, 768]`. The same as Benchmarks/peer_networks/bert.py.
struct BERT: Module {
    static let (vocabulary, features, layers, heads) = (30_522, 768, 12, 12)

    let tokens: Embedding
    let positions: Embedding
    let segments: Embedding
    let norm: LayerNorm
    let blocks: [PostNormBlock]

    init() {
        tokens = Embedding(Self.vocabulary, Self.features, initializer: .normal(deviation: 0.02))
        positions = Embedding(512, Self.features, initializer: .normal(deviation: 0.02))
        segments = Embedding(2, Self.features, initializer: .normal(deviation: 0.02))
        norm = LayerNorm(Self.features, epsilon: 1e-12)
        blocks = (0..<Self.layers).map { _ in PostNormBlock(Self.features, heads: Self.heads) }
    }

    func callAsFunction(_ x: Tensor<Int32>, segments kinds: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> {
        let places = positions(Tensor((0..<Int32(x.shape[1])).map { $0 }))
        return blocks.reduce(norm(tokens(x) + places + segments(kinds), pass)) { $1($0, pass) }
    }
}

/// One layer of the first Transformers, with normalization behind each sum (Vaswani et al. 2017).
struct PostNormBlock: Layer {
    let attention: MultiHeadAttention
    let attentionNorm: LayerNorm
    let expand: Dense
    let contract: Dense
    let networkNorm: LayerNorm

    init(_ features: Int, heads: Int) {
        attention = MultiHeadAttention(features, heads: heads)
        (expand, contract) = (Dense(features, 4 * features, activation: .gelu), Dense(4 * features, features))
        attentionNorm = LayerNorm(features, epsilon: 1e-12)
        networkNorm = LayerNorm(features, epsilon: 1e-12)
    }

    func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let looked = attentionNorm(x + attention(x, pass), pass)
        return networkNorm(looked + contract(expand(looked, pass), pass), pass)
    }
}

/// Reading one text of 128 words.
let bertWorkload = Workload(
    name: "bert-base-infer", about: "BERT base reads one text of 128 words", items: 128,
    multiplyAdds: BERT.layers * 128 * (12 * BERT.features * BERT.features + 2 * 128 * BERT.features)
) {
    let model = BERT()
    let x = Tensor<Int32>(uniform: [1, 128], in: 0..<BERT.vocabulary)
    let kinds = Tensor(Array(repeating: Int32(0), count: 128), shape: [1, 128])
    return { _ = model(x, segments: kinds, .inference) }
}
