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
