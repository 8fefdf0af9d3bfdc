/// The plain recurrent network: `h = f(x W + h' U + b)` with tanh or ReLU as f (Elman 1990).
///
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` in both directions.
public struct SimpleRNN: RecurrentLayer {
    /// The weights of each layer, first to last step.
    public let forward: [RecurrentWeights]
    /// The weights of each layer in the reverse direction; empty without one.
    public let backward: [RecurrentWeights]
    /// The share of elements that dropout clears between layers.
    public let dropoutRate: Double
    /// The kind of cell.
    public let kind: RecurrentKind

    /// A network of `layers` layers of `units` units.
    ///
    /// - Parameters:
    ///   - usesRelu: whether f is ReLU instead of tanh.
    ///   - dropout: the probability with which elements between the layers are dropped in training.
    public init(
        _ inputs: Int, _ units: Int, layers: Int = 1, isBidirectional: Bool = false, usesRelu: Bool = false,
        dropout: Double = 0, initializer: Initializer = .fanInUniform
    ) {
        kind = usesRelu ? .relu : .tanh
        (forward, backward) = recurrentStack(
            kind, inputs, units, layers: layers, isBidirectional: isBidirectional, initializer, forgetBias: 0)
        dropoutRate = dropout
    }
}
