/// Gated recurrent units: a recurrent network that can keep a state over many steps.
///
/// `n = tanh(x Wₙ + bₙ + σ(r) (h' Uₙ + b'ₙ))`, `h = (1 − σ(u)) n + σ(u) h'`; see ``RecurrentKind/gru`` (Cho et al. 2014).
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` in both directions.
public struct GRU: RecurrentLayer {
    /// The weights of each layer, first to last step.
    public let forward: [RecurrentWeights]
    /// The weights of each layer in the reverse direction; empty without one.
    public let backward: [RecurrentWeights]
    /// The share of elements that dropout clears between layers.
    public let dropoutRate: Double
    /// The kind of cell.
    public var kind: RecurrentKind { .gru }

    /// A network of `layers` layers of `units` units.
    ///
    /// - Parameters:
    ///   - dropout: the probability with which elements between the layers are dropped in training.
    public init(
        _ inputs: Int, _ units: Int, layers: Int = 1, isBidirectional: Bool = false, dropout: Double = 0,
        initializer: Initializer = .fanInUniform
    ) {
        (forward, backward) = recurrentStack(
            .gru, inputs, units, layers: layers, isBidirectional: isBidirectional, initializer,
            forgetBias: 0)
        dropoutRate = dropout
    }
}
