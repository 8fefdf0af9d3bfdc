/// The kinds of recurrent cells.
public enum RecurrentKind: String, Codable, CaseIterable, Sendable {
    /// Hochreiter & Schmidhuber 1997, with forget gates. With z = x W + h' U + b in the gate order i, f, g, o:
    /// `c = σ(f) c' + σ(i) tanh(g)`, `h = σ(o) tanh(c)`.
    case lstm
    /// Cho et al. 2014, in the gate order r, u, n: `n = tanh(x Wₙ + bₙ + σ(r) (h' Uₙ + b'ₙ))`,
    /// `h = (1 − σ(u)) n + σ(u) h'`.
    case gru
    /// `h = tanh(x W + h' U + b)` (Elman 1990).
    case tanh = "rnn"
    /// `h = max(x W + h' U + b, 0)`.
    case relu

    /// The number G of gates, each as wide as the state.
    public var gates: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .tanh, .relu: 1
        }
    }
}

/// A recurrent layer over a whole sequence.
///
/// The product of the inputs with their weights is one product for all steps; only the recurrent part runs step by step.
/// Past its length a row keeps its state and outputs zeros; `isReversed` begins at the last step, or at each row's last
/// valid one.
///
/// - Parameters:
///   - x: time first, `[T, N, D]`.
///   - hidden: the state h before the first step, `[N, H]`.
///   - cell: the state c before the first step, `[N, H]`; for ``RecurrentKind/lstm`` only.
///   - weights: `[D, G H]` and `[H, G H]`, and two biases `[G H]`, where G is the kind's number of gates.
///   - lengths: the number of valid steps of each row; `nil` where all are.
/// - Returns: h of every step, `[T, N, H]`, and the states after the last, `[N, H]`.
/// - Traps: when the shapes disagree.
public func recurrentSequence<Scalar: DifferentiableScalar>(
    _ kind: RecurrentKind, _ x: Tensor<Scalar>, hidden: Tensor<Scalar>, cell: Tensor<Scalar>? = nil,
    inputWeight: Tensor<Scalar>, recurrentWeight: Tensor<Scalar>, inputBias: Tensor<Scalar>,
    recurrentBias: Tensor<Scalar>, lengths: [Int]? = nil, isReversed: Bool = false
) -> (outputs: Tensor<Scalar>, hidden: Tensor<Scalar>, cell: Tensor<Scalar>?) {
    check(
        x.rank == 3 && hidden.rank == 2 && hidden.shape[0] == x.shape[1],
        "recurrentSequence: expected inputs [T, N, D] and a state [N, H], got \(x.shape) and \(hidden.shape)")
    let weights = RecurrentTensors(
        hidden: hidden, cell: cell, inputWeight: inputWeight, recurrentWeight: recurrentWeight, inputBias: inputBias,
        recurrentBias: recurrentBias)
    weights.check(kind, features: x.shape[2], steps: x.shape[0], rows: x.shape[1], lengths)
    if let trace = x.storage.trace {
        let (steps, rows, units) = (x.shape[0], x.shape[1], hidden.shape[1])
        trace.note(multiplyAdds: steps * rows * (x.shape[2] + units) * kind.gates * units)
        let state = Tensor<Scalar>.abstract(hidden.shape, trace)
        return (.abstract([steps, rows, units], trace), state, cell == nil ? nil : state)
    }
    return run(kind, .vectors(x.detached()), vectors: x, weights, lengths, isReversed)
}

/// The same for tokens: each selects a row of the input weight, as its one-hot vector would.
///
/// - Parameters:
///   - tokens: time first, `[T, N]`, each in `0..<V`; the input weight is `[V, G H]`.
/// - Traps: when the shapes disagree or a token is outside `0..<V`.
public func recurrentSequence<Scalar: DifferentiableScalar>(
    _ kind: RecurrentKind, tokens: Tensor<Int32>, hidden: Tensor<Scalar>, cell: Tensor<Scalar>? = nil,
    inputWeight: Tensor<Scalar>, recurrentWeight: Tensor<Scalar>, inputBias: Tensor<Scalar>,
    recurrentBias: Tensor<Scalar>, lengths: [Int]? = nil, isReversed: Bool = false
) -> (outputs: Tensor<Scalar>, hidden: Tensor<Scalar>, cell: Tensor<Scalar>?) {
    check(
        tokens.rank == 2 && hidden.rank == 2 && hidden.shape[0] == tokens.shape[1] && inputWeight.rank == 2,
        "recurrentSequence: expected tokens [T, N], a state [N, H] and a weight [V, G H], got \(tokens.shape), "
            + "\(hidden.shape) and \(inputWeight.shape)")
    let weights = RecurrentTensors(
        hidden: hidden, cell: cell, inputWeight: inputWeight, recurrentWeight: recurrentWeight, inputBias: inputBias,
        recurrentBias: recurrentBias)
    let vocabulary = inputWeight.shape[0]
    weights.check(kind, features: vocabulary, steps: tokens.shape[0], rows: tokens.shape[1], lengths)
    tokens.withUnsafeElements { tokens in
        for token in tokens where token < 0 || token >= Int32(vocabulary) {
            stop("recurrentSequence: token \(token) is outside 0..<\(vocabulary)")
        }
    }
    return run(kind, .tokens(tokens), vectors: nil, weights, lengths, isReversed)
}

/// The differentiable inputs of a recurrent layer besides what it reads.
private struct RecurrentTensors<Scalar: DifferentiableScalar> {
    let hidden: Tensor<Scalar>
    let cell: Tensor<Scalar>?
    let inputWeight: Tensor<Scalar>
    let recurrentWeight: Tensor<Scalar>
    let inputBias: Tensor<Scalar>
    let recurrentBias: Tensor<Scalar>

    func check(_ kind: RecurrentKind, features: Int, steps: Int, rows: Int, _ lengths: [Int]?) {
        let units = hidden.shape[1]
        let width = kind.gates * units
        Gradus.check(
            inputWeight.shape == [features, width] && recurrentWeight.shape == [units, width]
                && inputBias.shape == [width] && recurrentBias.shape == [width],
            "recurrentSequence: expected weights [\(features), \(width)] and [\(units), \(width)] and biases "
                + "[\(width)], got \(inputWeight.shape), \(recurrentWeight.shape), \(inputBias.shape) and "
                + "\(recurrentBias.shape)")
        Gradus.check(
            (kind == .lstm) == (cell != nil) && (cell == nil || cell!.shape == hidden.shape),
            "recurrentSequence: an LSTM, and only it, has a cell state [N, H]")
        Gradus.check(
            lengths == nil || (lengths!.count == rows && lengths!.allSatisfy { $0 >= 0 && $0 <= steps }),
            "recurrentSequence: expected \(rows) lengths in 0...\(steps), got \(lengths ?? [])")
    }
}

private func run<Scalar: DifferentiableScalar>(
    _ kind: RecurrentKind, _ input: RecurrentInput<Scalar>, vectors: Tensor<Scalar>?, _ t: RecurrentTensors<Scalar>,
    _ lengths: [Int]?, _ isReversed: Bool
) -> (outputs: Tensor<Scalar>, hidden: Tensor<Scalar>, cell: Tensor<Scalar>?) {
    let run = RecurrentRun(
        kind, input.hidingPadding(lengths), t.hidden.detached(), t.cell?.detached(), t.inputWeight.detached(),
        t.recurrentWeight.detached(),
        t.inputBias.detached(), t.recurrentBias.detached(), lengths, isReversed)
    run.forward()
    // Tokens have no gradient; a detached state is a placeholder for them.
    let inputs =
        [vectors ?? t.hidden.detached(), t.hidden, t.inputWeight, t.recurrentWeight, t.inputBias, t.recurrentBias]
        + (t.cell.map { [$0] } ?? [])
    let results = record(run.results, from: inputs, operation: "recurrentSequence") { upstream, pass in
        pass.createsGraph
            ? pass.gradients(at: inputs.map { $0.detached() }, upstream, composedOf: run.composed)
                .map { $0.map(Contribution.tensor) }
            : run.backward(upstream, pass)
    }
    return (results[0], results[1], t.cell == nil ? nil : results[2])
}
