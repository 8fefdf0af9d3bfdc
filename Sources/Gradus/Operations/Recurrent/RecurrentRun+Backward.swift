import CKernels

extension RecurrentRun {
    /// From the gradients of outputs, last h and last c to those of the vectors (if any), h, both weights, both biases (and c).
    func backward(_ upstream: [Tensor<Scalar>?], _ pass: BackwardPass<Scalar>) -> [Contribution<Scalar>?] {
        let wantsState = pass.wants(1) || (kind == .lstm && pass.wants(6))
        // The gradient of the input sums; a GRU's recurrent sums have one of their own.
        let inputSlopes = Tensor<Scalar>.uninitialized(gates.shape, like: hidden)
        let recurrentSlopes = kind == .gru ? Tensor<Scalar>.uninitialized(gates.shape, like: hidden) : inputSlopes
        var hiddenGradient = upstream[1] ?? Tensor(zeros: hidden.shape)
        var cellGradient = (upstream.count > 2 ? upstream[2] : nil) ?? Tensor(zeros: hidden.shape)
        let weights = PackedWeights(keptBy: recurrentWeight, transposed: true)
        hiddenGradient.withUnsafeMutableElements { dh in
            cellGradient.withUnsafeMutableElements { dc in
                guard !dh.isEmpty else { return }
                nonisolated(unsafe) let (dh, dc) = (dh.baseAddress!, dc.baseAddress!)
                forEachBlock { first, count in
                    withScratch(2 * count * units) { (scratch: UnsafeMutablePointer<Scalar>) in
                        for index in (0..<steps).reversed() {
                            backwardStep(
                                index, first, count, upstream[0], dh + first * units, dc + first * units, scratch,
                                inputSlopes.destination, recurrentSlopes.destination,
                                index > 0 || wantsState ? weights : nil)
                        }
                    }
                }
            }
        }
        let flat = inputSlopes.reshaped(to: [steps * rows, width])
        let biasGradient = flat.sum(axes: [0])
        let recurrentBiasGradient =
            kind == .gru ? recurrentSlopes.reshaped(to: flat.shape).sum(axes: [0]) : biasGradient
        return [
            pass.wants(0) ? input.gradient(flat, inputWeight).map(Contribution.tensor) : nil,
            wantsState ? .tensor(hiddenGradient) : nil, input.weightGradient(flat, inputWeight.shape),
            recurrentWeightGradient(recurrentSlopes), .tensor(biasGradient), .tensor(recurrentBiasGradient),
        ] + (kind == .lstm ? [wantsState ? .tensor(cellGradient) : nil] : [])
    }

    /// `Σ h'ᵀ dz` over all steps: the products of the states before each step with the slopes after them.
    private func recurrentWeightGradient(_ slopes: Tensor<Scalar>) -> Contribution<Scalar> {
        if steps == 1 { return .deferredWeightGradient(hidden, slopes.reshaped(to: [rows, width])) }
        return .sum(recurrentWeight.shape) { [self] gradient, accumulates in
            withExtendedLifetime((slopes.storage, hidden.storage, states.storage)) {
                let size = rows * width
                let (before, after) = isReversed ? (1, 0) : (0, 1)
                var pieces = [
                    (states.pointer + before * rows * units, slopes.pointer + after * size, max(0, steps - 1) * rows)
                ]
                if steps > 0 && !beginsAtZero { pieces.append((hidden.pointer, slopes.pointer + step(0) * size, rows)) }
                Kernels.sumOfOuterProducts(pieces, units, width, accumulates: accumulates, into: gradient)
            }
        }
    }

    /// One step back, for a block of rows: turns `dh` and `dc` from the gradients of the state after the step into those of the
    /// state before it. Without `weights`, at a first step whose state needs no gradient, it leaves the latter out.
    private func backwardStep(
        _ index: Int, _ first: Int, _ count: Int, _ outputGradient: Tensor<Scalar>?, _ dh: UnsafeMutablePointer<Scalar>,
        _ dc: UnsafeMutablePointer<Scalar>, _ scratch: UnsafeMutablePointer<Scalar>,
        _ inputSlopes: UnsafeMutablePointer<Scalar>, _ recurrentSlopes: UnsafeMutablePointer<Scalar>,
        _ weights: PackedWeights<Scalar>?
    ) {
        let t = step(index)
        let at = t * rows + first
        let (dhBefore, dcBefore) = (scratch, scratch + count * units)
        let (slopes, productSlopes) = (inputSlopes + at * width, recurrentSlopes + at * width)
        if let outputGradient { add(outputGradient, t, first, count, to: dh) }
        let before = previous(index, first, hidden, states)
        switch kind {
        case .lstm:
            Scalar.kernels.pointee.lstm_cell_gradient(
                slopes, dcBefore, dh, dc, gates.pointer + at * width, cellTanh!.pointer + at * units,
                previous(index, first, cell!, cells!), count, units)
        case .gru:
            Scalar.kernels.pointee.gru_cell_gradient(
                slopes, productSlopes, dhBefore, dh, gates.pointer + at * width,
                recurrentSums!.pointer + at * width, before, count, units)
        case .tanh, .relu:
            let state = states.pointer + at * units
            Scalar.kernels.pointee.unary_gradient(
                kind == .tanh ? GRADUS_TANH : GRADUS_RELU, slopes, dh, state, state, 0, count * units)
        }
        if lengths != nil {
            for row in 0..<count where isOver(first + row, at: t) {
                zeroFill(slopes + row * width, width)
                zeroFill(productSlopes + row * width, width)
            }
        }
        guard let weights else { return }
        TiledProduct(rows: count, features: width, outputs: units, accumulates: kind == .gru)
            .forward(dhBefore, productSlopes, weights)
        if lengths == nil {
            dh.update(from: dhBefore, count: count * units)
            if kind == .lstm { dc.update(from: dcBefore, count: count * units) }
        } else {
            for row in 0..<count where !isOver(first + row, at: t) {
                (dh + row * units).update(from: dhBefore + row * units, count: units)
                if kind == .lstm { (dc + row * units).update(from: dcBefore + row * units, count: units) }
            }
        }
    }

    /// Adds what arrived at the outputs of step `t`; a row that was over gave zeros, whatever its state.
    private func add(
        _ outputGradient: Tensor<Scalar>, _ t: Int, _ first: Int, _ count: Int, to dh: UnsafeMutablePointer<Scalar>
    ) {
        let gradient = outputGradient.pointer + (t * rows + first) * units
        guard lengths != nil else { return Scalar.kernels.pointee.add_scaled(dh, gradient, 1, count * units) }
        for row in 0..<count where !isOver(first + row, at: t) {
            Scalar.kernels.pointee.add_scaled(dh + row * units, gradient + row * units, 1, units)
        }
    }
}

extension RecurrentRun {
    /// The same sequence step by step in operations on tensors, which can be differentiated as often as wanted.
    ///
    /// - Parameter inputs: the vectors (if any), h, both weights, both biases (and c).
    /// - Returns: outputs of every step, and the last h (and c).
    func composed(_ inputs: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
        let (inputWeight, recurrentWeight) = (inputs[2], inputs[3])
        let (inputBias, recurrentBias) = (inputs[4], inputs[5])
        let sums =
            switch input {
            case .vectors: matmul(inputs[0], inputWeight) + inputBias
            case .tokens(let tokens): inputWeight.gathering(tokens) + inputBias
            }
        var state = (hidden: inputs[1], cell: kind == .lstm ? inputs[6] : nil)
        var outputs = [Tensor<Scalar>?](repeating: nil, count: steps)
        for index in 0..<steps {
            let t = step(index)
            let next = composedStep(sums[t], matmul(state.hidden, recurrentWeight) + recurrentBias, state)
            guard lengths != nil else {
                state = next
                outputs[t] = next.hidden
                continue
            }
            let runs = Tensor<Bool>((0..<rows).map { !isOver($0, at: t) }, shape: [rows, 1])
            state.cell = next.cell.map { `where`(runs, $0, state.cell!) }
            state.hidden = `where`(runs, next.hidden, state.hidden)
            outputs[t] = `where`(runs, next.hidden, Tensor(0))
        }
        let all = steps == 0 ? Tensor(repeating: 0, shape: [0, rows, units]) : Tensor.stacked(outputs.map { $0! })
        return [all, state.hidden] + (state.cell.map { [$0] } ?? [])
    }

    private func composedStep(
        _ input: Tensor<Scalar>, _ recurrent: Tensor<Scalar>, _ before: (hidden: Tensor<Scalar>, cell: Tensor<Scalar>?)
    ) -> (hidden: Tensor<Scalar>, cell: Tensor<Scalar>?) {
        switch kind {
        case .lstm:
            let gates = (input + recurrent).split(into: 4, axis: 1)
            let cell = gates[1].sigmoid() * before.cell! + gates[0].sigmoid() * gates[2].tanh()
            return (gates[3].sigmoid() * cell.tanh(), cell)
        case .gru:
            let (x, h) = (input.split(into: 3, axis: 1), recurrent.split(into: 3, axis: 1))
            let update = (x[1] + h[1]).sigmoid()
            let proposed = (x[2] + (x[0] + h[0]).sigmoid() * h[2]).tanh()
            return ((1 - update) * proposed + update * before.hidden, nil)
        case .tanh: return ((input + recurrent).tanh(), nil)
        case .relu: return ((input + recurrent).relu(), nil)
        }
    }
}
