import CKernels

/// One run of a recurrent layer over a sequence, with the values that its backward pass needs.
///
/// Rows of a batch are independent, so blocks of rows run through all steps on different threads; the number of blocks
/// depends only on the size of the batch. `Sendable` because nothing is set after `init`, and blocks write to disjoint parts
/// of its tensors.
final class RecurrentRun<Scalar: DifferentiableScalar>: @unchecked Sendable {
    let kind: RecurrentKind
    let input: RecurrentInput<Scalar>
    let (hidden, cell): (Tensor<Scalar>, Tensor<Scalar>?)
    let (inputWeight, recurrentWeight): (Tensor<Scalar>, Tensor<Scalar>)
    let (inputBias, recurrentBias): (Tensor<Scalar>, Tensor<Scalar>)
    let lengths: [Int]?
    let isReversed: Bool
    let (steps, rows, units, width): (Int, Int, Int, Int)
    /// Whether all rows of h are zero before the first step.
    let beginsAtZero: Bool

    /// h of every step, `[T, N, H]`; rows that are over repeat their last state.
    private(set) var states: Tensor<Scalar>
    /// The gates after activation, `[T, N, G H]`; for the simple kinds, the sums before it.
    private(set) var gates: Tensor<Scalar>
    /// LSTM: c of every step and its tanh, `[T, N, H]`.
    private(set) var cells: Tensor<Scalar>?
    private(set) var cellTanh: Tensor<Scalar>?
    /// GRU: the recurrent sums of every step, `[T, N, 3 H]`.
    private(set) var recurrentSums: Tensor<Scalar>?

    init(
        _ kind: RecurrentKind, _ input: RecurrentInput<Scalar>, _ hidden: Tensor<Scalar>, _ cell: Tensor<Scalar>?,
        _ inputWeight: Tensor<Scalar>, _ recurrentWeight: Tensor<Scalar>, _ inputBias: Tensor<Scalar>,
        _ recurrentBias: Tensor<Scalar>, _ lengths: [Int]?, _ isReversed: Bool
    ) {
        (self.kind, self.input, self.hidden, self.cell) = (kind, input, hidden, cell)
        (self.inputWeight, self.recurrentWeight) = (inputWeight, recurrentWeight)
        (self.inputBias, self.recurrentBias) = (inputBias, recurrentBias)
        (self.lengths, self.isReversed) = (lengths, isReversed)
        (steps, rows, units) = (input.size.steps, input.size.rows, hidden.shape[1])
        width = kind.gates * units
        // Bytes, because the comparison of a generic scalar is a call for each.
        beginsAtZero = hidden.withUnsafeElements { UnsafeRawBufferPointer($0).allSatisfy { $0 == 0 } }
        let stateShape = [steps, rows, units]
        states = .uninitialized(stateShape, like: hidden)
        gates = .uninitialized([steps, rows, width], like: hidden)
        if kind == .lstm {
            cells = .uninitialized(stateShape, like: hidden)
            cellTanh = .uninitialized(stateShape, like: hidden)
        } else if kind == .gru {
            recurrentSums = .uninitialized([steps, rows, width], like: hidden)
        }
    }

    /// The step that is the `index`-th to run.
    func step(_ index: Int) -> Int { isReversed ? steps - 1 - index : index }

    /// Calls `body` with blocks of rows, on several threads. Each block reads all weights at each step, so blocks are larger
    /// where the weights do not fit into a core's cache.
    func forEachBlock(_ body: @Sendable (_ first: Int, _ count: Int) -> Void) {
        let least = units * width > 1 << 18 ? 48 : 24
        var blocks = rows >= 16 ? 2 : 1
        while blocks < 16 && rows / (2 * blocks) >= least { blocks *= 2 }
        let grain = max(1, (rows + blocks - 1) / blocks)
        Parallel.forEachRange(rows, grain: grain, body)
    }

    /// The state before the `index`-th step, for rows from `first` on.
    func previous(
        _ index: Int, _ first: Int, _ initial: Tensor<Scalar>, _ sequence: Tensor<Scalar>
    ) -> UnsafePointer<Scalar> {
        index == 0
            ? initial.pointer + first * units : sequence.pointer + (step(index - 1) * rows + first) * units
    }

    /// The product of the state before the `index`-th step with the recurrent weights, for a block of `count` rows; a state
    /// of zeros has no terms.
    func recurrentProduct(_ index: Int, _ count: Int, accumulates: Bool) -> TiledProduct {
        TiledProduct(
            rows: count, features: index == 0 && beginsAtZero ? 0 : units, outputs: width, accumulates: accumulates)
    }

    /// Whether row `row` is over at step `t`.
    func isOver(_ row: Int, at t: Int) -> Bool { lengths.map { t >= $0[row] } ?? false }

    /// Outputs of every step, and the last h and c.
    var results: [Tensor<Scalar>] {
        let last = steps == 0 ? nil : step(steps - 1)
        var outputs = states
        if lengths != nil {
            outputs.withUnsafeMutableElements { out in
                for t in 0..<steps {
                    for row in 0..<rows where isOver(row, at: t) {
                        zeroFill(out.baseAddress! + (t * rows + row) * units, units)
                    }
                }
            }
        }
        let finalHidden = last.map { states[$0] } ?? hidden
        guard let cell, let cells else { return [outputs, finalHidden] }
        return [outputs, finalHidden, last.map { cells[$0] } ?? cell]
    }
}

extension RecurrentRun {
    /// Runs all steps.
    func forward() {
        guard steps > 0 && rows > 0 else { return }
        if kind == .gru {
            // The cell adds input and recurrent sums itself, after applying the reset gate.
            withScratch(steps * rows * width) { (sums: UnsafeMutablePointer<Scalar>) in
                input.sums(inputWeight, inputBias, into: sums)
                run(inputSums: sums)
            }
        } else {
            input.sums(inputWeight, inputBias + recurrentBias, into: gates.destination)
            run(inputSums: gates.pointer)
        }
    }

    private func run(inputSums: UnsafePointer<Scalar>) {
        let weights = PackedWeights(keptBy: recurrentWeight)
        withExtendedLifetime((hidden.storage, cell?.storage, recurrentBias.storage)) {
            nonisolated(unsafe) let inputSums = inputSums
            forEachBlock { first, count in
                for index in 0..<steps {
                    runStep(index, first, count, inputSums, weights)
                    if lengths != nil { holdFinishedRows(index, first, count) }
                }
            }
        }
    }

    private func runStep(
        _ index: Int, _ first: Int, _ count: Int, _ inputSums: UnsafePointer<Scalar>, _ weights: PackedWeights<Scalar>
    ) {
        let at = step(index) * rows + first
        let before = previous(index, first, hidden, states)
        let gate = gates.destination + at * width
        let state = states.destination + at * units
        switch kind {
        case .lstm:
            recurrentProduct(index, count, accumulates: true).forward(gate, before, weights)
            Scalar.kernels.pointee.lstm_cell(
                state, cells!.destination + at * units, cellTanh!.destination + at * units, gate,
                previous(index, first, cell!, cells!), count, units)
        case .gru:
            let product = recurrentSums!.destination + at * width
            recurrentProduct(index, count, accumulates: false).forward(product, before, weights, recurrentBias.pointer)
            Scalar.kernels.pointee.gru_cell(state, gate, inputSums + at * width, product, before, count, units)
        case .tanh, .relu:
            recurrentProduct(index, count, accumulates: true).forward(gate, before, weights)
            Scalar.kernels.pointee.unary(kind == .tanh ? GRADUS_TANH : GRADUS_RELU, state, gate, 0, count * units)
        }
    }

    /// Rows that are over keep the state that they had.
    private func holdFinishedRows(_ index: Int, _ first: Int, _ count: Int) {
        let t = step(index)
        for row in 0..<count where isOver(first + row, at: t) {
            let at = (t * rows + first + row) * units
            (states.destination + at).update(
                from: previous(index, first, hidden, states) + row * units, count: units)
            if let cell, let cells {
                (cells.destination + at).update(from: previous(index, first, cell, cells) + row * units, count: units)
            }
        }
    }
}
