import Gradus

extension CharacterModel {
    /// How strongly a prediction depends on the network's state some steps before: the norm of the loss's gradient with
    /// respect to the state, `‖∂ loss(T) / ∂ (h, c)(T − k)‖`, the root mean square over the rows, for k = 0, 1, …, T − 1.
    ///
    /// The state is that of all layers together, as it is handed from one step to the next.
    ///
    /// - Parameters:
    ///   - characters: `[N, T]`, each in `0..<V`.
    ///   - targets: the character after the last one of each row, `[N]`.
    /// - Traps: when the shapes disagree.
    public func gradientNorms(_ characters: Tensor<Int32>, targets: Tensor<Int32>) -> [Double] {
        check(
            characters.rank == 2 && targets.shape == [characters.shape[0]],
            "gradientNorms: expected characters [N, T] and targets [N], got \(characters.shape) and \(targets.shape)")
        let (rows, steps) = (characters.shape[0], characters.shape[1])
        let start = recurrent.zeroState(rows)
        // Zeros added to the state after each step: the gradient that reaches them is the state's.
        let parts = start.hidden.count + start.cell.count
        let zeros = Array(repeating: Tensor<Float>(zeros: [rows, recurrent.units]), count: parts * steps)
        let (_, gradients) = valueWithGradient(at: zeros) { added in
            var state = start
            for step in 0..<steps {
                let tokens = characters.slice(axis: 1, step..<(step + 1)).squeezingShape(at: 1)
                let input = embedding.map { $0(tokens) } ?? tokens.oneHot(vocabulary)
                state = recurrent.step(input, state, .inference).state
                let own = added[(step * parts)..<((step + 1) * parts)]
                state.hidden = zip(state.hidden, own).map { $0 + $1 }
                state.cell = zip(state.cell, own.dropFirst(state.hidden.count)).map { $0 + $1 }
            }
            let logits = scores(state.hidden[state.hidden.count - 1], .inference)
            // Rows do not meet, so the sum's gradient holds each row's own.
            return softmaxCrossEntropy(logits, targets) * Float(rows)
        }
        return (0..<steps).map { lag in
            let step = steps - 1 - lag
            let squares = gradients[(step * parts)..<((step + 1) * parts)].map {
                Double($0.squared().sum().item)
            }
            return (squares.reduce(0, +) / Double(max(1, rows))).squareRoot()
        }
    }
}
