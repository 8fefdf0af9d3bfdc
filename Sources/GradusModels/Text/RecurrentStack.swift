import Gradus

/// Recurrent layers of one direction on top of one another.
///
/// With `isResidual`, layers above the lowest add their input to their output. Training passes apply dropout between layers.
struct RecurrentStack: Module {
    let cells: [RecurrentCell]
    let isResidual: Bool
    let dropout: Double

    init(_ options: Seq2Seq.Options, inputs: Int, units: Int, layers: Int) {
        cells = (0..<layers).map { layer in
            RecurrentCell(
                options.cell, layer == 0 ? inputs : units, units, initializer: options.initializer(units),
                forgetBias: options.forgetBias)
        }
        (isResidual, dropout) = (options.isResidual, options.dropout)
    }

    /// Runs a sequence, `[T, N, D]` to `[T, N, H]`, from the given states, or from zero.
    func callAsFunction(
        _ x: Tensor<Float>, _ states: [RecurrentCell.State]? = nil, lengths: [Int]? = nil, isReversed: Bool = false,
        _ pass: Pass
    ) -> (outputs: Tensor<Float>, states: [RecurrentCell.State]) {
        var (values, ends) = (x, [RecurrentCell.State]())
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

extension RecurrentCell.State {
    /// The states of two directions, concatenated.
    static func concatenated(_ a: Self, _ b: Self) -> Self {
        Self(
            hidden: .concatenated([a.hidden, b.hidden], axis: 1),
            cell: a.cell.map { .concatenated([$0, b.cell!], axis: 1) })
    }
}
