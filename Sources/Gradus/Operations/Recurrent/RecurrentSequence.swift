/// A recurrent layer over a whole sequence.
///
/// The product of the inputs with their weights is one product for all steps; only the recurrent part goes step by step.
/// A row whose length is over keeps its state and gives zeros; `isReversed` begins at the last step, or at each row's
/// last valid one.
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
    recurrentBias: Tensor<Scalar>, lengths: [Int]? = nil, isReversed: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
) -> (outputs: Tensor<Scalar>, hidden: Tensor<Scalar>, cell: Tensor<Scalar>?) {
    check(
        x.rank == 3 && hidden.rank == 2 && hidden.shape[0] == x.shape[1],
        "recurrentSequence: expected inputs [T, N, D] and a state [N, H], got \(x.shape) and \(hidden.shape)", file,
        line)
    let (steps, rows, units) = (x.shape[0], x.shape[1], hidden.shape[1])
    let width = kind.gates * units
    check(
        inputWeight.shape == [x.shape[2], width] && recurrentWeight.shape == [units, width]
            && inputBias.shape == [width] && recurrentBias.shape == [width],
        "recurrentSequence: expected weights [\(x.shape[2]), \(width)] and [\(units), \(width)] and biases [\(width)], "
            + "got \(inputWeight.shape), \(recurrentWeight.shape), \(inputBias.shape) and \(recurrentBias.shape)", file,
        line)
    check(
        (kind == .lstm) == (cell != nil) && (cell == nil || cell!.shape == hidden.shape),
        "recurrentSequence: an LSTM, and only it, has a cell state [N, H]", file, line)
    check(
        lengths == nil || (lengths!.count == rows && lengths!.allSatisfy { $0 >= 0 && $0 <= steps }),
        "recurrentSequence: expected \(rows) lengths in 0...\(steps), got \(lengths ?? [])", file, line)
    if let trace = x.storage.trace {
        trace.multiplyAdds += steps * rows * (x.shape[2] + units) * width
        let state = Tensor<Scalar>.abstract(hidden.shape, trace)
        return (.abstract([steps, rows, units], trace), state, cell == nil ? nil : state)
    }
    let run = RecurrentRun(
        kind, x.detached(), hidden.detached(), cell?.detached(), inputWeight.detached(), recurrentWeight.detached(),
        inputBias.detached(), recurrentBias.detached(), lengths, isReversed)
    run.forward()
    let inputs = [x, hidden, inputWeight, recurrentWeight, inputBias, recurrentBias] + (cell.map { [$0] } ?? [])
    let results = record(run.results, from: inputs) { upstream, _ in run.backward(upstream) }
    return (results[0], results[1], cell == nil ? nil : results[2])
}
