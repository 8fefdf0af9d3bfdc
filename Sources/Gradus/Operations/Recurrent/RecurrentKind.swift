/// Which recurrent cell a sequence runs through.
public enum RecurrentKind: Equatable, Sendable {
    /// Hochreiter & Schmidhuber 1997, with forget gates. With z = x W + h' U + b in the gate order i, f, g, o:
    /// `c = σ(f) c' + σ(i) tanh(g)`, `h = σ(o) tanh(c)`.
    case lstm
    /// Cho et al. 2014, in the gate order r, u, n: `n = tanh(x Wₙ + bₙ + σ(r) (h' Uₙ + b'ₙ))`,
    /// `h = (1 − σ(u)) n + σ(u) h'`.
    case gru
    /// `h = tanh(x W + h' U + b)` (Elman 1990).
    case tanh
    /// `h = max(x W + h' U + b, 0)`.
    case relu

    /// The number of blocks that a cell's weights consist of, each as wide as its state.
    public var gates: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .tanh, .relu: 1
        }
    }
}
