import Gradus

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
    func rows(_ rows: Tensor<Int32>) -> CellState {
        CellState(hidden: hidden.gathering(rows), cell: cell?.gathering(rows))
    }

    /// The states of two directions side by side.
    static func joined(_ a: CellState, _ b: CellState) -> CellState {
        CellState(
            hidden: .concatenated([a.hidden, b.hidden], axis: 1),
            cell: a.cell.map { .concatenated([$0, b.cell!], axis: 1) })
    }
}
