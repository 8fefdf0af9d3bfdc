/// A network of recurrent layers on top of one another, in one direction or both.
///
/// Input `[N, T, D]`, output `[N, T, H]`, or `[N, T, 2 H]` when bidirectional. ``LSTM``, ``GRU`` and ``SimpleRNN``
/// conform; they differ in their ``RecurrentKind``.
public protocol RecurrentLayer: Layer {
    /// The cells that run from the first step to the last, the lowest layer's first.
    var forwardCells: [RecurrentCell] { get }
    /// The cells that run from the last step to the first; empty in a network of one direction.
    var reverseCells: [RecurrentCell] { get }
    /// The probability with which elements between the layers are dropped in training.
    var dropoutRate: Double { get }
}

/// The state of a recurrent network between steps: an argument and a result, never kept by a layer.
public struct RecurrentState {
    /// h of each layer, `[N, H]`; when bidirectional, forward and reverse of each layer in turn.
    public var hidden: [Tensor<Float>]
    /// c of each layer likewise; empty for networks without one.
    public var cell: [Tensor<Float>]

    /// A state of the given tensors.
    public init(hidden: [Tensor<Float>], cell: [Tensor<Float>] = []) {
        self.hidden = hidden
        self.cell = cell
    }

    /// The same values without gradients, to carry a state from one batch to the next.
    public func detached() -> RecurrentState { map { $0.detached() } }

    /// The given rows in this order, as to continue selected beams; a row may occur more than once.
    ///
    /// - Traps: when an index is outside the batch.
    public func gathering(_ rows: Tensor<Int32>) -> RecurrentState { map { $0.gathering(rows) } }

    private func map(_ change: (Tensor<Float>) -> Tensor<Float>) -> RecurrentState {
        RecurrentState(hidden: hidden.map(change), cell: cell.map(change))
    }

    /// The state of one cell.
    fileprivate subscript(_ index: Int) -> RecurrentCell.State {
        RecurrentCell.State(hidden: hidden[index], cell: cell.isEmpty ? nil : cell[index])
    }
}

extension RecurrentLayer {
    /// Which cell the layers are made of.
    public var kind: RecurrentKind { forwardCells[0].kind }
    /// The length H of a layer's state in one direction.
    public var units: Int { forwardCells[0].units }

    /// A state of zeros for a batch of `rows`.
    public func zeroState(_ rows: Int) -> RecurrentState {
        let zeros = Array(
            repeating: Tensor<Float>(zeros: [rows, units]), count: forwardCells.count + reverseCells.count)
        return RecurrentState(hidden: zeros, cell: kind == .lstm ? zeros : [])
    }

    /// Runs a batch of sequences from zero state and returns the outputs of the top layer.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) { self(input, state: nil, pass).outputs }
    }

    /// Runs a batch of sequences.
    ///
    /// - Parameters:
    ///   - input: `[N, T, D]`.
    ///   - state: the state before the first step; `nil` for zeros.
    ///   - lengths: the number of valid steps of each row. Later outputs are zero, and the returned state is the one
    ///     after each row's last valid step.
    /// - Returns: the outputs of the top layer, and the state after the last step.
    /// - Traps: when the shapes disagree.
    public func callAsFunction(
        _ input: Tensor<Float>, state: RecurrentState?, lengths: [Int]? = nil, _ pass: Pass
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        let features = forwardCells[0].inputs
        check(
            input.rank == 3 && input.shape[2] == features,
            "\(pass.describe("\(Self.self)", forwardCells[0].inputWeight)) expects [N, T, \(features)], got \(input.shape)"
        )
        let timeFirst = input.swappingAxes(0, 1)
        let (outputs, next) = run(state ?? zeroState(input.shape[0]), lengths, pass) { cell, state, isReversed in
            cell(timeFirst, state, lengths: lengths, isReversed: isReversed)
        }
        return (outputs.swappingAxes(0, 1), next)
    }

    /// Runs a batch of sequences of tokens, each in `0..<D`: the same as their one-hot vectors, which are never made.
    ///
    /// - Parameter tokens: `[N, T]`.
    /// - Traps: when the shapes disagree or a token is outside `0..<D`.
    public func callAsFunction(
        tokens: Tensor<Int32>, state: RecurrentState?, lengths: [Int]? = nil, _ pass: Pass
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        check(
            tokens.rank == 2,
            "\(pass.describe("\(Self.self)", forwardCells[0].inputWeight)) expects tokens [N, T], got \(tokens.shape)")
        let timeFirst = tokens.swappingAxes(0, 1)
        let (outputs, next) = run(state ?? zeroState(tokens.shape[0]), lengths, pass) { cell, state, isReversed in
            cell(tokens: timeFirst, state, lengths: lengths, isReversed: isReversed)
        }
        return (outputs.swappingAxes(0, 1), next)
    }

    /// Runs a batch of sequences of embedded tokens: the same as `self(embedding(tokens), …)`, but the product of a vector
    /// with the input weight is computed once for each distinct token of the batch.
    ///
    /// - Parameters:
    ///   - tokens: `[N, T]`.
    ///   - embedding: a table `[V, D]`.
    /// - Traps: when the shapes disagree or a token is outside `0..<V`.
    public func callAsFunction(
        tokens: Tensor<Int32>, embeddedBy embedding: Embedding, state: RecurrentState?, lengths: [Int]? = nil,
        _ pass: Pass
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        let features = forwardCells[0].inputs
        check(
            tokens.rank == 2 && embedding.weight.shape[1] == features,
            "\(pass.describe("\(Self.self)", forwardCells[0].inputWeight)) expects tokens [N, T] and an embedding "
                + "[V, \(features)], got \(tokens.shape) and \(embedding.weight.shape)")
        let (unique, positions) = tokens.swappingAxes(0, 1).unique()
        let vectors = embedding(unique)
        let (outputs, next) = run(state ?? zeroState(tokens.shape[0]), lengths, pass) { cell, state, isReversed in
            cell(
                tokens: positions, of: matmul(vectors, cell.inputWeight.value), state, lengths: lengths,
                isReversed: isReversed)
        }
        return (outputs.swappingAxes(0, 1), next)
    }

    /// One step, as in a decoder.
    ///
    /// - Parameter input: `[N, D]`.
    /// - Returns: the output of the top layer, `[N, H]`, and the new state.
    /// - Traps: when the network is bidirectional, or the shapes disagree.
    public func step(
        _ input: Tensor<Float>, _ state: RecurrentState, _ pass: Pass
    ) -> (output: Tensor<Float>, state: RecurrentState) {
        check(reverseCells.isEmpty, "\(Self.self): a bidirectional network cannot run a single step")
        let features = forwardCells[0].inputs
        check(
            input.rank == 2 && input.shape[1] == features,
            "\(pass.describe("\(Self.self)", forwardCells[0].inputWeight)): a single step expects [N, \(features)], got "
                + "\(input.shape)")
        let sequence = input.expandingShape(at: 0)
        let (outputs, next) = run(state, nil, pass) { cell, state, _ in cell(sequence, state) }
        return (outputs.squeezingShape(at: 0), next)
    }

    /// Runs all layers, time first; `first` runs one direction of the lowest.
    private func run(
        _ begin: RecurrentState, _ lengths: [Int]?, _ pass: Pass,
        _ first: (RecurrentCell, RecurrentCell.State, _ isReversed: Bool) -> (
            outputs: Tensor<Float>, state: RecurrentCell.State
        )
    ) -> (outputs: Tensor<Float>, state: RecurrentState) {
        let directions = reverseCells.isEmpty ? [forwardCells] : [forwardCells, reverseCells]
        let count = forwardCells.count + reverseCells.count
        check(
            begin.hidden.count == count && begin.cell.count == (kind == .lstm ? count : 0),
            "\(Self.self): expected a state of \(count) layers, got \(begin.hidden.count) h and \(begin.cell.count) c")
        var end = RecurrentState(hidden: [])
        var values: Tensor<Float>?
        for layer in forwardCells.indices {
            if let below = values, pass.isTraining && dropoutRate > 0 {
                values = dropout(below, rate: dropoutRate, using: pass.random)
            }
            let results = directions.enumerated().map { direction, cells in
                let (cell, state) = (cells[layer], begin[layer * directions.count + direction])
                return values.map { cell($0, state, lengths: lengths, isReversed: direction == 1) }
                    ?? first(cell, state, direction == 1)
            }
            end.hidden += results.map(\.state.hidden)
            end.cell += results.compactMap(\.state.cell)
            values = results.count == 1 ? results[0].outputs : .concatenated(results.map(\.outputs), axis: 2)
        }
        return (values!, end)
    }
}

/// The cells of a stack of layers in each direction.
func recurrentStack(
    _ kind: RecurrentKind, _ inputs: Int, _ units: Int, layers: Int, isBidirectional: Bool, _ initializer: Initializer,
    forgetBias: Float
) -> (forward: [RecurrentCell], reverse: [RecurrentCell]) {
    check(
        inputs > 0 && units > 0 && layers > 0,
        "a recurrent network needs positive sizes, got \(inputs) inputs, \(units) units, \(layers) layers")
    func stack() -> [RecurrentCell] {
        (0..<layers).map { layer in
            let width = layer == 0 ? inputs : isBidirectional ? 2 * units : units
            return RecurrentCell(kind, width, units, initializer: initializer, forgetBias: forgetBias)
        }
    }
    return (stack(), isBidirectional ? stack() : [])
}
