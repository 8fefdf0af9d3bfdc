import Gradus

/// Reads the source: blocks of recurrent layers, some of which also run from the end to the beginning.
struct RecurrentEncoder: Module {
    /// Layers that belong together; where there is a backward stack, the outputs of both lie side by side.
    struct Block: Module {
        let forward: RecurrentStack
        let backward: RecurrentStack?

        var width: Int { forward.cells[0].units * (backward == nil ? 1 : 2) }
    }

    let blocks: [Block]
    let kind: Seq2Seq.Encoder
    let isResidual: Bool
    let dropout: Double

    init(_ options: Seq2Seq.Options) {
        let (units, layers) = (options.units, options.layers)
        func block(_ inputs: Int, _ units: Int, _ layers: Int, isBidirectional: Bool) -> Block {
            Block(
                forward: RecurrentStack(options, inputs: inputs, units: units, layers: layers),
                backward: isBidirectional
                    ? RecurrentStack(options, inputs: inputs, units: units, layers: layers) : nil)
        }
        switch options.encoder {
        case .unidirectional:
            blocks = [block(options.embedding, units, layers, isBidirectional: false)]
        case .bidirectional:
            blocks = (0..<layers).map {
                block($0 == 0 ? options.embedding : units, units / 2, 1, isBidirectional: true)
            }
        case .alternating:
            blocks = [block(options.embedding, units, layers / 2, isBidirectional: true)]
        case .gnmt:
            blocks =
                [block(options.embedding, units, 1, isBidirectional: true)]
                + (layers > 1 ? [block(2 * units, units, layers - 1, isBidirectional: false)] : [])
        }
        (kind, isResidual, dropout) = (options.encoder, options.isResidual, options.dropout)
    }

    /// The length of a position's state.
    var width: Int { blocks.last!.width }

    /// Reads `[S, N, D]`.
    ///
    /// - Returns: the states of every position, `[S, N, E]`, and those with which the decoder's layers begin.
    func callAsFunction(
        _ x: Tensor<Float>, lengths: [Int], _ pass: Pass
    ) -> (outputs: Tensor<Float>, states: [CellState]) {
        var values = x
        var ends: [(forward: [CellState], backward: [CellState])] = []
        for (index, block) in blocks.enumerated() {
            let input = index == 0 ? values : dropped(values, dropout, pass)
            var (outputs, forward) = block.forward(input, lengths: lengths, pass)
            var backward: [CellState] = []
            if let stack = block.backward {
                let (reversed, states) = stack(input, lengths: lengths, isReversed: true, pass)
                outputs = .concatenated([outputs, reversed], axis: 2)
                backward = states
            }
            let addsInput = isResidual && index > 0 && block.width == input.shape[2]
            values = addsInput ? outputs + input : outputs
            ends.append((forward, backward))
        }
        return (values, beginnings(ends))
    }

    private func beginnings(_ ends: [(forward: [CellState], backward: [CellState])]) -> [CellState] {
        switch kind {
        case .unidirectional: ends[0].forward
        case .bidirectional: ends.map { CellState.joined($0.forward[0], $0.backward[0]) }
        case .alternating: zip(ends[0].forward, ends[0].backward).flatMap { [$0, $1] }
        case .gnmt: ends[0].backward + ends.dropFirst().flatMap(\.forward)
        }
    }
}
