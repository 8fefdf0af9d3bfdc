/// Long short-term memory: a recurrent network that can keep a state over many steps.
///
/// `c = σ(f) c' + σ(i) tanh(g)`, `h = σ(o) tanh(c)`; see ``RecurrentKind/lstm`` (Hochreiter & Schmidhuber 1997).
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` in both directions.
public struct LSTM: RecurrentLayer {
    /// The weights of each layer, first to last step.
    public let forward: [RecurrentWeights]
    /// The weights of each layer in the reverse direction; empty without one.
    public let backward: [RecurrentWeights]
    /// The share of elements that dropout clears between layers.
    public let dropoutRate: Double
    /// The kind of cell.
    public var kind: RecurrentKind { .lstm }

    /// A network of `layers` layers of `units` units.
    ///
    /// - Parameters:
    ///   - dropout: the probability with which elements between the layers are dropped in training.
    ///   - forgetBias: added to the bias of the forget gate, so that a new network remembers (Jozefowicz et al. 2015).
    public init(
        _ inputs: Int, _ units: Int, layers: Int = 1, isBidirectional: Bool = false, dropout: Double = 0,
        forgetBias: Float = 0, initializer: Initializer = .fanInUniform
    ) {
        (forward, backward) = recurrentStack(
            .lstm, inputs, units, layers: layers, isBidirectional: isBidirectional, initializer,
            forgetBias: forgetBias)
        dropoutRate = dropout
    }
}
