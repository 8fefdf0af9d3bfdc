import CKernels

extension RecurrentRun {
    /// Runs all steps.
    func forward() {
        guard steps > 0 && rows > 0 else { return }
        if kind == .gru {
            // The cell adds input and recurrent sums itself, because the reset gate lies between them.
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
