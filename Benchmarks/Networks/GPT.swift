import Gradus

/// A small GPT over characters: 6 layers of 384 features, 6 heads, 256 places, no dropout; 10,795,776 weights.
///
/// Tokens `[N, T]`, logits `[N, T, V]`. The same as Benchmarks/peer_networks/gpt.py.
struct GPT: Module {
    static let (vocabulary, places, features, layers, heads) = (65, 256, 384, 6, 6)

    let tokens: Embedding
    let positions: Embedding
    let blocks: [PreNormBlock]
    let norm: LayerNorm
    let output: Dense

    init() {
        tokens = Embedding(Self.vocabulary, Self.features, initializer: .normal(deviation: 0.02))
        positions = Embedding(Self.places, Self.features, initializer: .normal(deviation: 0.02))
        blocks = (0..<Self.layers).map { _ in PreNormBlock(Self.features, heads: Self.heads) }
        norm = LayerNorm(Self.features)
        output = Dense(Self.features, Self.vocabulary, useBias: false)
    }

    func callAsFunction(_ x: Tensor<Int32>, _ pass: Pass) -> Tensor<Float> {
        let first = tokens(x) + positions(Tensor((0..<Int32(x.shape[1])).map { $0 }))
        return output(norm(blocks.reduce(first) { $1($0, isCausal: true, pass) }, pass), pass)
    }

    /// The likeliest tokens behind `first`, one after another; keys and values of each layer are kept and added to, the
    /// way that the library offers for decoding.
    func decoded(from first: Int32, count: Int) -> [Int32] {
        var (past, written) = (blocks.map { _ in KeyValueCache() }, [Int32]())
        for place in 0..<count {
            let token = Tensor([written.last ?? first], shape: [1, 1])
            var x = tokens(token) + positions(Tensor([Int32(place)]))
            for (layer, block) in blocks.enumerated() { x = block.step(x, past: &past[layer]) }
            written.append(output(norm(x, .inference), .inference).argmax().item)
        }
        return written
    }
}

/// Training on 16 texts of 256 characters, and writing 256 characters.
let gptWorkloads: [Workload] = {
    let (tokens, d) = (16 * GPT.places, GPT.features)
    let dense = GPT.layers * PreNormBlock.multiplyAdds(d) + d * GPT.vocabulary
    // On average a place looks at half of the others, for its scores and for its mean.
    let look = GPT.layers * GPT.places * d
    return [
        Workload(
            name: "gpt-small-train", about: "GPT of 6 × 384, 16 texts of 256 characters, AdamW", items: tokens,
            multiplyAdds: 3 * tokens * (dense + look)
        ) {
            let (model, optimizer) = (GPT(), AdamW(learningRate: 1e-3))
            let x = Tensor<Int32>(uniform: [16, GPT.places], in: 0..<GPT.vocabulary)
            let y = Tensor<Int32>(uniform: [16, GPT.places], in: 0..<GPT.vocabulary)
            return {
                let (_, gradients) = valueWithGradient(at: model) { softmaxCrossEntropy(model(x, .training), y) }
                optimizer.update(model, along: gradients)
            }
        },
        Workload(
            name: "gpt-decode", about: "the same network writes 256 characters, one row, the likeliest each time",
            items: GPT.places, multiplyAdds: GPT.places * (dense + look)
        ) {
            let model = GPT()
            return { _ = model.decoded(from: 0, count: GPT.places) }
        },
    ]
}()
