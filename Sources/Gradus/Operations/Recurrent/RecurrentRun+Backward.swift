import CKernels
import GradusBLAS

extension RecurrentRun {
    /// From the gradients of outputs, last h and last c to those of x, h, both weights, both biases (and c).
    func backward(_ upstream: [Tensor<Scalar>?]) -> [Tensor<Scalar>?] {
        // The gradient of the input sums; a GRU's recurrent sums have one of their own.
        let inputSlopes = Tensor<Scalar>.uninitialized(gates.shape, like: x)
        let recurrentSlopes = kind == .gru ? Tensor<Scalar>.uninitialized(gates.shape, like: x) : inputSlopes
        var hiddenGradient = upstream[1] ?? Tensor(zeros: hidden.shape)
        var cellGradient = upstream.count > 2 ? upstream[2] ?? Tensor(zeros: hidden.shape) : Tensor(zeros: hidden.shape)
        BLAS.prepareForOwnThreads()
        hiddenGradient.withUnsafeMutableElements { dh in
            cellGradient.withUnsafeMutableElements { dc in
                guard let dh = dh.baseAddress, let dc = dc.baseAddress else { return }
                forEachBlock { first, count in
                    withScratch(2 * count * units) { (scratch: UnsafeMutablePointer<Scalar>) in
                        for index in (0..<steps).reversed() {
                            backwardStep(
                                index, first, count, upstream[0], dh + first * units, dc + first * units, scratch,
                                inputSlopes.destination, recurrentSlopes.destination)
                        }
                    }
                }
            }
        }
        let flat = inputSlopes.reshaped(to: [steps * rows, width])
        let flatRecurrent = recurrentSlopes.reshaped(to: [steps * rows, width])
        let inputs = x.reshaped(to: [steps * rows, x.shape[2]])
        let biasGradient = flat.sum(axes: [0])
        return [
            matmul(flat, inputWeight, transposeB: true).reshaped(to: x.shape), hiddenGradient,
            matmul(inputs, transposeA: true, flat), recurrentWeightGradient(recurrentSlopes), biasGradient,
            kind == .gru ? flatRecurrent.sum(axes: [0]) : biasGradient, kind == .lstm ? cellGradient : nil,
        ]
    }

    /// `Σ h'ᵀ dz` over all steps: one product over the states before each step, and one for the first.
    private func recurrentWeightGradient(_ slopes: Tensor<Scalar>) -> Tensor<Scalar> {
        guard steps > 0 else { return Tensor(zeros: recurrentWeight.shape) }
        let first = matmul(hidden, transposeA: true, slopes[step(0)])
        guard steps > 1 else { return first }
        let (before, after) = isReversed ? (1..<steps, 0..<(steps - 1)) : (0..<(steps - 1), 1..<steps)
        let h = states.slice(axis: 0, before).reshaped(to: [(steps - 1) * rows, units])
        let dz = slopes.slice(axis: 0, after).reshaped(to: [(steps - 1) * rows, width])
        return matmul(h, transposeA: true, dz) + first
    }

    /// One step back, for a block of rows; `dh` and `dc` hold the gradients of the state after it, then before it.
    private func backwardStep(
        _ index: Int, _ first: Int, _ count: Int, _ outputGradient: Tensor<Scalar>?, _ dh: UnsafeMutablePointer<Scalar>,
        _ dc: UnsafeMutablePointer<Scalar>, _ scratch: UnsafeMutablePointer<Scalar>,
        _ inputSlopes: UnsafeMutablePointer<Scalar>, _ recurrentSlopes: UnsafeMutablePointer<Scalar>
    ) {
        let t = step(index)
        let at = t * rows + first
        let (dhBefore, dcBefore) = (scratch, scratch + count * units)
        let (slopes, productSlopes) = (inputSlopes + at * width, recurrentSlopes + at * width)
        if let outputGradient {
            for row in 0..<count where !isOver(first + row, at: t) {
                Scalar.kernels.add_scaled(dh + row * units, outputGradient.pointer + (at + row) * units, 1, units)
            }
        }
        let before = previous(index, first, hidden, states)
        switch kind {
        case .lstm:
            Scalar.kernels.lstm_cell_gradient(
                slopes, dcBefore, dh, dc, gates.pointer + at * width, cellTanh!.pointer + at * units,
                previous(index, first, cell!, cells!), count, units)
        case .gru:
            Scalar.kernels.gru_cell_gradient(
                slopes, productSlopes, dhBefore, dh, gates.pointer + at * width,
                recurrentSums!.pointer + at * width, before, count, units)
        case .tanh, .relu:
            let state = states.pointer + at * units
            Scalar.kernels.unary_gradient(
                kind == .tanh ? GRADUS_TANH : GRADUS_RELU, slopes, dh, state, state, 0, count * units)
        }
        for row in 0..<count where isOver(first + row, at: t) {
            (slopes + row * width).update(repeating: 0, count: width)
            (productSlopes + row * width).update(repeating: 0, count: width)
        }
        BLAS.gemm(
            MatrixView(productSlopes, rows: count, columns: width),
            MatrixView(recurrentWeight.pointer, rows: units, columns: width), transposeB: true,
            beta: kind == .gru ? 1 : 0, into: MutableMatrixView(dhBefore, rows: count, columns: units))
        for row in 0..<count where !isOver(first + row, at: t) {
            (dh + row * units).update(from: dhBefore + row * units, count: units)
            if kind == .lstm { (dc + row * units).update(from: dcBefore + row * units, count: units) }
        }
    }
}
