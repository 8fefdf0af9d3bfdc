/// A network of recurrent layers on top of one another, in one direction or both.
///
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` in both directions. ``LSTM``, ``GRU`` and ``SimpleRNN``
/// conform; they differ in their ``RecurrentKind``.
public protocol RecurrentLayer: Layer {
    /// The cell.
    var kind: RecurrentKind { get }
    /// The layers that run from the first step on, the lowest first.
    var forward: [RecurrentWeights] { get }
    /// The layers that run from the last step on; empty in a network of one direction.
    var backward: [RecurrentWeights] { get }
    /// The probability with which elements between the layers are dropped in training.
    var dropoutRate: Double { get }
}

extension RecurrentLayer {
    /// The length H of the state.
    public var units: Int { forward[0].recurrentWeight.shape[0] }

    /// A state of zeros for a batch of `rows`.
    public func zeroState(_ rows: Int) -> RecurrentState {
        let zeros = Array(repeating: Tensor<Float>(zeros: [rows, units]), count: forward.count + backward.count)
        return RecurrentState(hidden: zeros, cell: kind == .lstm ? zeros : [])
    }

    /// Runs a batch of sequences from zero state and returns the outputs of the top layer.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "\(Self.self)", input) { self(input, state: nil, pass).outputs }
    }

    /// Runs a batch of sequences.
    ///
    /// - Parameters:
    ///   - input: `[N, T, D]`.
    ///   - state: where to begin; `nil` for zeros.
    ///   - lengths: the number of valid steps of each row. Outputs beyond are zero, and the returned state is the one
    ///     after each row's last valid step.
    /// - Returns: the outputs of the top layer, and the state after the last step.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ input: Tensor<Float>, state: RecurrentState?, lengths: [Int]? = nil, _ pass: Pass
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        let features = forward[0].inputWeight.shape[0]
        check(
            input.rank == 3 && input.shape[2] == features,
            "\(pass.describe("\(Self.self)", forward[0].inputWeight)) expects [N, T, \(features)], got \(input.shape)")
        let begin = state ?? zeroState(input.shape[0])
        let timeFirst = input.swappingAxes(0, 1)
        return run(begin, lengths, pass) { weights, hidden, cell, isReversed in
            weights(kind, timeFirst, hidden: hidden, cell: cell, lengths: lengths, isReversed: isReversed)
        }
    }

    /// Runs a batch of sequences of tokens, each in `0..<D`: the same as their one-hot vectors, without making them.
    ///
    /// - Parameter tokens: `[N, T]`.
    /// - Traps: when the shapes disagree or a token is outside `0..<D`.
    public func callAsFunction(
        tokens: Tensor<Int32>, state: RecurrentState?, lengths: [Int]? = nil, _ pass: Pass
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        check(
            tokens.rank == 2,
            "\(pass.describe("\(Self.self)", forward[0].inputWeight)) expects tokens [N, T], got \(tokens.shape)")
        let timeFirst = tokens.swappingAxes(0, 1)
        return run(state ?? zeroState(tokens.shape[0]), lengths, pass) { weights, hidden, cell, isReversed in
            weights(
                kind, tokens: timeFirst, hidden: hidden, cell: cell, lengths: lengths,
                isReversed: isReversed)
        }
    }

    /// Runs a batch of sequences of tokens, each with its vector of an embedding: the same as
    /// `self(embedding(tokens), …)`, but the product of a vector with the input weight is computed once for each distinct
    /// token of the batch, however often it occurs.
    ///
    /// - Parameters:
    ///   - tokens: `[N, T]`.
    ///   - embedding: a table `[V, D]`.
    /// - Traps: when the shapes disagree or a token is outside `0..<V`.
    public func callAsFunction(
        tokens: Tensor<Int32>, embeddedBy embedding: Embedding, state: RecurrentState?, lengths: [Int]? = nil,
        _ pass: Pass
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        let features = forward[0].inputWeight.shape[0]
        check(
            tokens.rank == 2 && embedding.weight.shape[1] == features,
            "\(pass.describe("\(Self.self)", forward[0].inputWeight)) expects tokens [N, T] and an embedding "
                + "[V, \(features)], got \(tokens.shape) and \(embedding.weight.shape)")
        let (distinct, positions) = tokens.swappingAxes(0, 1).unique()
        let vectors = embedding(distinct)
        return run(state ?? zeroState(tokens.shape[0]), lengths, pass) { weights, hidden, cell, isReversed in
            weights(
                kind, tokens: positions, of: matmul(vectors, weights.inputWeight.value), hidden: hidden, cell: cell,
                lengths: lengths, isReversed: isReversed)
        }
    }

    /// Runs all layers; `first` runs one direction of the lowest.
    private func run(
        _ begin: RecurrentState, _ lengths: [Int]?, _ pass: Pass,
        _ first: (RecurrentWeights, Tensor<Float>, Tensor<Float>?, _ isReversed: Bool) -> (
            outputs: Tensor<Float>, hidden: Tensor<Float>, cell: Tensor<Float>?
        )
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        check(
            begin.hidden.count == forward.count + backward.count,
            "\(Self.self): a state of \(begin.hidden.count) layers for \(forward.count + backward.count)")
        let directions = backward.isEmpty ? [forward] : [forward, backward]
        var end = RecurrentState(hidden: [])
        var values: Tensor<Float>?
        for layer in forward.indices {
            if let below = values, pass.isTraining && dropoutRate > 0 {
                values = dropout(below, rate: dropoutRate, using: pass.random)
            }
            let results = directions.enumerated().map { direction, weights in
                let index = layer * directions.count + direction
                let cell = kind == .lstm ? begin.cell[index] : nil
                guard let values else { return first(weights[layer], begin.hidden[index], cell, direction == 1) }
                return weights[layer](
                    kind, values, hidden: begin.hidden[index], cell: cell, lengths: lengths,
                    isReversed: direction == 1)
            }
            end.hidden += results.map(\.hidden)
            end.cell += results.compactMap(\.cell)
            values =
                results.count == 1 ? results[0].outputs : Tensor.concatenated(results.map(\.outputs), axis: 2)
        }
        return (values!.swappingAxes(0, 1), end)
    }

    /// One step, as in a decoder.
    ///
    /// - Parameter input: `[N, D]`.
    /// - Returns: the output of the top layer, `[N, H]`, and the new state.
    /// - Traps: when the network runs in both directions, or the shapes disagree.
    public func step(
        _ input: Tensor<Float>, _ state: RecurrentState, _ pass: Pass
    ) -> (output: Tensor<Float>, state: RecurrentState) {
        check(backward.isEmpty, "\(Self.self): a single step has no direction to come from but the past")
        check(input.rank == 2, "\(Self.self): a single step expects [N, D], got \(input.shape)")
        let (outputs, next) = self(input.expandingShape(at: 1), state: state, pass)
        return (outputs.squeezingShape(at: 1), next)
    }
}

/// The weights of a stack of layers in each direction.
func recurrentStack(
    _ kind: RecurrentKind, _ inputs: Int, _ units: Int, layers: Int, isBidirectional: Bool, _ initializer: Initializer,
    forgetBias: Float
) -> (forward: [RecurrentWeights], backward: [RecurrentWeights]) {
    check(
        inputs > 0 && units > 0 && layers > 0,
        "a recurrent network needs positive sizes, got \(inputs) inputs, \(units) units, \(layers) layers")
    func stack() -> [RecurrentWeights] {
        (0..<layers).map { layer in
            let width = layer == 0 ? inputs : isBidirectional ? 2 * units : units
            return RecurrentWeights(kind, width, units, initializer, forgetBias: forgetBias)
        }
    }
    return (stack(), isBidirectional ? stack() : [])
}
