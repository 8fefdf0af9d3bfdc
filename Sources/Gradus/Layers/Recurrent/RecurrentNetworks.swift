/// Long short-term memory: a recurrent network that keeps information over many steps.
///
/// `c = σ(f) c' + σ(i) tanh(g)`, `h = σ(o) tanh(c)`; see ``RecurrentKind/lstm`` (Hochreiter & Schmidhuber 1997).
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` when bidirectional.
public struct LSTM: RecurrentLayer {
    /// The cells that run from the first step to the last, the lowest layer's first.
    public let forwardCells: [RecurrentCell]
    /// The cells that run from the last step to the first; empty in a network of one direction.
    public let reverseCells: [RecurrentCell]
    /// The probability with which elements between the layers are dropped in training.
    public let dropoutRate: Double

    /// A network of `layers` layers of `units` units.
    ///
    /// - Parameters:
    ///   - dropout: the probability with which elements between the layers are dropped in training.
    ///   - forgetBias: added to the bias of the forget gate, so that a new network remembers (Jozefowicz et al. 2015).
    public init(
        _ inputs: Int, _ units: Int, layers: Int = 1, isBidirectional: Bool = false, dropout: Double = 0,
        forgetBias: Float = 0, initializer: Initializer = .fanInUniform
    ) {
        (forwardCells, reverseCells) = recurrentStack(
            .lstm, inputs, units, layers: layers, isBidirectional: isBidirectional, initializer,
            forgetBias: forgetBias)
        dropoutRate = dropout
    }
}

/// Gated recurrent units: a recurrent network that keeps information over many steps, with fewer weights than an ``LSTM``.
///
/// `n = tanh(x Wₙ + bₙ + σ(r) (h' Uₙ + b'ₙ))`, `h = (1 − σ(u)) n + σ(u) h'`; see ``RecurrentKind/gru`` (Cho et al. 2014).
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` when bidirectional.
public struct GRU: RecurrentLayer {
    /// The cells that run from the first step to the last, the lowest layer's first.
    public let forwardCells: [RecurrentCell]
    /// The cells that run from the last step to the first; empty in a network of one direction.
    public let reverseCells: [RecurrentCell]
    /// The probability with which elements between the layers are dropped in training.
    public let dropoutRate: Double

    /// A network of `layers` layers of `units` units.
    ///
    /// - Parameters:
    ///   - dropout: the probability with which elements between the layers are dropped in training.
    public init(
        _ inputs: Int, _ units: Int, layers: Int = 1, isBidirectional: Bool = false, dropout: Double = 0,
        initializer: Initializer = .fanInUniform
    ) {
        (forwardCells, reverseCells) = recurrentStack(
            .gru, inputs, units, layers: layers, isBidirectional: isBidirectional, initializer, forgetBias: 0)
        dropoutRate = dropout
    }
}

/// The plain recurrent network: `h = f(x W + h' U + b)` with tanh or ReLU as f (Elman 1990).
///
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` when bidirectional.
public struct SimpleRNN: RecurrentLayer {
    /// The cells that run from the first step to the last, the lowest layer's first.
    public let forwardCells: [RecurrentCell]
    /// The cells that run from the last step to the first; empty in a network of one direction.
    public let reverseCells: [RecurrentCell]
    /// The probability with which elements between the layers are dropped in training.
    public let dropoutRate: Double

    /// A network of `layers` layers of `units` units.
    ///
    /// - Parameters:
    ///   - usesRelu: whether f is ReLU instead of tanh.
    ///   - dropout: the probability with which elements between the layers are dropped in training.
    public init(
        _ inputs: Int, _ units: Int, layers: Int = 1, isBidirectional: Bool = false, usesRelu: Bool = false,
        dropout: Double = 0, initializer: Initializer = .fanInUniform
    ) {
        (forwardCells, reverseCells) = recurrentStack(
            usesRelu ? .relu : .tanh, inputs, units, layers: layers, isBidirectional: isBidirectional, initializer,
            forgetBias: 0)
        dropoutRate = dropout
    }
}
