import CKernels
import GradusBLAS

extension RecurrentRun {
    /// Runs all steps.
    func forward() {
        guard steps > 0 && rows > 0 else { return }
        withExtendedLifetime((x.storage, inputWeight.storage, inputBias.storage, recurrentBias.storage)) {
            if kind == .gru {
                // The cell adds input and recurrent sums itself, because the reset gate lies between them.
                let sums = linear(x, inputWeight, inputBias)
                withExtendedLifetime(sums.storage) { run(inputSums: sums.pointer) }
            } else {
                let bias = inputBias + recurrentBias
                Kernels.matmul(
                    MatrixView(x.pointer, rows: steps * rows, columns: x.shape[2]), transposeA: false,
                    MatrixView(inputWeight.pointer, rows: x.shape[2], columns: width), transposeB: false,
                    into: MutableMatrixView(gates.destination, rows: steps * rows, columns: width))
                withExtendedLifetime(bias.storage) {
                    Kernels.addBias(bias.pointer, .identity, to: gates.destination, rows: steps * rows, width: width)
                }
                run(inputSums: gates.pointer)
            }
        }
    }

    private func run(inputSums: UnsafePointer<Scalar>) {
        BLAS.prepareForOwnThreads()
        forEachBlock { first, count in
            for index in 0..<steps {
                runStep(index, first, count, inputSums)
                if lengths != nil { holdFinishedRows(index, first, count) }
            }
        }
    }

    private func runStep(_ index: Int, _ first: Int, _ count: Int, _ inputSums: UnsafePointer<Scalar>) {
        let at = step(index) * rows + first
        let before = previous(index, first, hidden, states)
        let gate = gates.destination + at * width
        let state = states.destination + at * units
        let weights = MatrixView(recurrentWeight.pointer, rows: units, columns: width)
        let product = kind == .gru ? recurrentSums!.destination + at * width : gate
        BLAS.gemm(
            MatrixView(before, rows: count, columns: units), weights, beta: kind == .gru ? 0 : 1,
            into: MutableMatrixView(product, rows: count, columns: width))
        switch kind {
        case .lstm:
            Scalar.kernels.lstm_cell(
                state, cells!.destination + at * units, cellTanh!.destination + at * units, gate,
                previous(index, first, cell!, cells!), count, units)
        case .gru:
            Scalar.kernels.bias_activation(GRADUS_RELU, 0, product, recurrentBias.pointer, 0, count, width)
            Scalar.kernels.gru_cell(state, gate, inputSums + at * width, product, before, count, units)
        case .tanh:
            Scalar.kernels.unary(GRADUS_TANH, state, gate, 0, count * units)
        case .relu:
            Scalar.kernels.unary(GRADUS_RELU, state, gate, 0, count * units)
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
