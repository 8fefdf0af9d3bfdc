import Gradus

/// Recurrent layers of one direction on top of one another.
///
/// From the second layer on, `isResidual` adds a layer's input to its output. In training, dropout lies between the layers.
struct RecurrentStack: Module {
    let cells: [RecurrentCell]
    let isResidual: Bool
    let dropout: Double

    init(_ options: Seq2Seq.Options, inputs: Int, units: Int, layers: Int) {
        cells = (0..<layers).map { layer in
            RecurrentCell(
                options.cell, layer == 0 ? inputs : units, units, options.initializer(units),
                forgetBias: options.forgetBias)
        }
        (isResidual, dropout) = (options.isResidual, options.dropout)
    }

    /// Runs a sequence, `[T, N, D]` to `[T, N, H]`, from the given states, or from zero.
    func callAsFunction(
        _ x: Tensor<Float>, _ states: [CellState]? = nil, lengths: [Int]? = nil, isReversed: Bool = false, _ pass: Pass
    ) -> (outputs: Tensor<Float>, states: [CellState]) {
        var (values, ends) = (x, [CellState]())
        for (layer, cell) in cells.enumerated() {
            let input = layer == 0 ? values : dropped(values, dropout, pass)
            let (outputs, end) = cell(
                input, states?[layer] ?? cell.zeroState(x.shape[1]), lengths: lengths, isReversed: isReversed)
            values = layer > 0 && isResidual ? outputs + input : outputs
            ends.append(end)
        }
        return (values, ends)
    }
}

/// `x` with elements dropped in a training pass.
func dropped(_ x: Tensor<Float>, _ rate: Double, _ pass: Pass) -> Tensor<Float> {
    pass.isTraining && rate > 0 ? dropout(x, rate: rate, using: pass.random) : x
}

/// One recurrent layer in one direction: over a sequence, or a step at a time.
struct RecurrentCell: Module {
    let weights: RecurrentWeights
    let kind: RecurrentKind

    init(_ kind: Seq2Seq.Cell, _ inputs: Int, _ units: Int, _ initializer: Initializer, forgetBias: Float) {
        switch kind {
        case .lstm:
            weights = LSTM(inputs, units, forgetBias: forgetBias, initializer: initializer).forward[0]
            self.kind = .lstm
        case .gru:
            weights = GRU(inputs, units, initializer: initializer).forward[0]
            self.kind = .gru
        }
    }

    var units: Int { weights.recurrentWeight.shape[0] }
    var inputs: Int { weights.inputWeight.shape[0] }

    func zeroState(_ rows: Int) -> CellState {
        let zeros = Tensor<Float>(zeros: [rows, units])
        return CellState(hidden: zeros, cell: kind == .lstm ? zeros : nil)
    }

    /// Runs a sequence, `[T, N, D]` to `[T, N, H]`.
    func callAsFunction(
        _ x: Tensor<Float>, _ state: CellState, lengths: [Int]? = nil, isReversed: Bool = false
    ) -> (outputs: Tensor<Float>, state: CellState) {
        let (outputs, hidden, cell) = recurrentSequence(
            kind, x, hidden: state.hidden, cell: state.cell, inputWeight: weights.inputWeight.value,
            recurrentWeight: weights.recurrentWeight.value, inputBias: weights.inputBias.value,
            recurrentBias: weights.recurrentBias.value, lengths: lengths, isReversed: isReversed)
        return (outputs, CellState(hidden: hidden, cell: cell))
    }

    /// One step, `[N, D]` to the new state.
    func step(_ x: Tensor<Float>, _ state: CellState) -> CellState {
        self(x.expandingShape(at: 0), state).state
    }
}

/// The state of one recurrent layer: h and, for an LSTM, c, both `[N, H]`.
struct CellState {
    var hidden: Tensor<Float>
    var cell: Tensor<Float>?

    /// The given rows, some perhaps more than once.
    func gathering(_ rows: Tensor<Int32>) -> CellState {
        CellState(hidden: hidden.gathering(rows), cell: cell?.gathering(rows))
    }

    /// The states of two directions side by side.
    static func joined(_ a: CellState, _ b: CellState) -> CellState {
        CellState(
            hidden: .concatenated([a.hidden, b.hidden], axis: 1),
            cell: a.cell.map { .concatenated([$0, b.cell!], axis: 1) })
    }
}
