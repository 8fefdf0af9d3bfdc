import Gradus

/// One layer of a Transformer: attention to its own places, in a decoder also to the source, and a small network for each
/// place. Each part sees normalised input and adds to it (pre-norm: Xiong et al. 2020).
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
        let looked = x + dropped(own(normal, own.source(normal, pass), mask: mask, pass).output, dropout, pass)
        return withNetwork(looked, pass)
    }

    /// A decoder's layer over `[R, Q, D]`.
    ///
    /// - Parameters:
    ///   - past: what was looked at before, if the Q places are not the first; then Q is 1.
    /// - Returns: the output, the places that later ones may look at, and where the Q places looked in the source, the mean
    ///   of the heads, `[R, Q, S]`.
    func callAsFunction(
        _ x: Tensor<Float>, past: MultiHeadAttention.Source?, _ encoded: Transformer.Encoded,
        _ keys: MultiHeadAttention.Source, rows: Tensor<Int32>?, _ pass: Pass
    ) -> (output: Tensor<Float>, own: MultiHeadAttention.Source, weights: Tensor<Float>) {
        let normal = ownNorm(x, pass)
        let new = own.source(normal, pass)
        let all = past?.adding(new) ?? new
        let first = x + dropped(own(normal, all, isCausal: past == nil, pass).output, dropout, pass)
        let (taken, weights) = source!(sourceNorm!(first, pass), keys, mask: encoded.mask, rows: rows, pass)
        let second = first + dropped(taken, dropout, pass)
        return (withNetwork(second, pass), all, weights)
    }

    private func withNetwork(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let hidden = dropped(expand(networkNorm(x, pass), pass), dropout, pass)
        return x + dropped(contract(hidden, pass), dropout, pass)
    }
}
