import Gradus

/// One layer of a Transformer: attention to its own positions, in a decoder also to the source, and a small network for each
/// position. Each part sees normalized input and adds to it (pre-norm: Xiong et al. 2020).
struct TransformerBlock: Module {
    let ownNorm: LayerNorm
    let own: MultiHeadAttention
    let sourceNorm: LayerNorm?
    let source: MultiHeadAttention?
    let networkNorm: LayerNorm
    let expand: Dense
    let contract: Dense
    let dropout: Double

    init(_ options: Transformer.Options, looksAtSource: Bool) {
        let (d, heads) = (options.features, options.heads)
        ownNorm = LayerNorm(d)
        own = MultiHeadAttention(d, heads: heads)
        sourceNorm = looksAtSource ? LayerNorm(d) : nil
        source = looksAtSource ? MultiHeadAttention(d, heads: heads) : nil
        networkNorm = LayerNorm(d)
        expand = Dense(d, options.hidden, activation: .relu)
        contract = Dense(options.hidden, d)
        dropout = options.dropout
    }

    /// An encoder's layer over `[N, S, D]`.
    func callAsFunction(_ x: Tensor<Float>, mask: Tensor<Bool>, _ pass: Pass) -> Tensor<Float> {
        let normal = ownNorm(x, pass)
        return withNetwork(x, adding: dropped(own(normal, keyMask: mask, pass), dropout, pass), pass)
    }

    /// A decoder's layer over all positions of the translations, `[N, T, D]`.
    func callAsFunction(
        _ x: Tensor<Float>, _ encoded: Transformer.Encoded, _ keys: MultiHeadAttention.Source, _ pass: Pass
    ) -> Tensor<Float> {
        let looked = dropped(own(ownNorm(x, pass), keyMask: nil, isCausal: true, pass), dropout, pass)
        let (first, normal) = sourceNorm!(x, adding: looked, pass)
        let taken = source!(normal, keys, keyMask: encoded.mask, pass)
        return withNetwork(first, adding: dropped(taken, dropout, pass), pass)
    }

    /// The same for the next place of each row, `[R, 1, D]`.
    ///
    /// - Parameter past: what was looked at before; it has the place too afterwards.
    /// - Returns: the output, and where the positions looked in the source, `[R, heads, 1, S]`.
    func next(
        _ x: Tensor<Float>, past: inout KeyValueCache, _ encoded: Transformer.Encoded,
        _ keys: MultiHeadAttention.Source, rows: Tensor<Int32>?
    ) -> (output: Tensor<Float>, weights: Tensor<Float>) {
        let (first, normal) = sourceNorm!(x, adding: own(ownNorm(x, .inference), &past, .inference), .inference)
        let (taken, weights) = source!.withWeights(normal, keys, keyMask: encoded.mask, rows: rows, .inference)
        return (withNetwork(first, adding: taken, .inference), weights)
    }

    private func withNetwork(_ x: Tensor<Float>, adding added: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let (sum, normal) = networkNorm(x, adding: added, pass)
        let hidden = dropped(expand(normal, pass), dropout, pass)
        return sum + dropped(contract(hidden, pass), dropout, pass)
    }
}
