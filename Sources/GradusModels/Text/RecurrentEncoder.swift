import Gradus

/// Encodes the source: blocks of recurrent layers, some of them bidirectional.
struct RecurrentEncoder: Module {
    /// A stack of layers, or one in each direction with their outputs concatenated.
    struct Block: Module {
        let forwardLayers: RecurrentStack
        let reverseLayers: RecurrentStack?

        var width: Int { forwardLayers.cells[0].units * (reverseLayers == nil ? 1 : 2) }
    }

    let blocks: [Block]
    let kind: Seq2Seq.Encoder
    let isResidual: Bool
    let dropout: Double

    init(_ options: Seq2Seq.Options) {
        let (units, layers) = (options.units, options.layers)
        func block(_ inputs: Int, _ units: Int, _ layers: Int, isBidirectional: Bool) -> Block {
            Block(
                forwardLayers: RecurrentStack(options, inputs: inputs, units: units, layers: layers),
                reverseLayers: isBidirectional
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

    /// Encodes `[S, N, D]`.
    ///
    /// - Returns: the states of every position, `[S, N, E]`, and the initial states of the decoder's layers.
    func callAsFunction(
        _ x: Tensor<Float>, lengths: [Int], _ pass: Pass
    ) -> (outputs: Tensor<Float>, states: [RecurrentCell.State]) {
        var values = x
        var ends: [(forward: [RecurrentCell.State], reverse: [RecurrentCell.State])] = []
        for (index, block) in blocks.enumerated() {
            let input = index == 0 ? values : dropped(values, dropout, pass)
            var (outputs, forward) = block.forwardLayers(input, lengths: lengths, pass)
            var reverse: [RecurrentCell.State] = []
            if let stack = block.reverseLayers {
                let (reversedOutputs, states) = stack(input, lengths: lengths, isReversed: true, pass)
                outputs = .concatenated([outputs, reversedOutputs], axis: 2)
                reverse = states
            }
            let addsInput = isResidual && index > 0 && block.width == input.shape[2]
            values = addsInput ? outputs + input : outputs
            ends.append((forward, reverse))
        }
        return (values, initialStates(ends))
    }

    private func initialStates(
        _ ends: [(forward: [RecurrentCell.State], reverse: [RecurrentCell.State])]
    ) -> [RecurrentCell.State] {
        switch kind {
        case .unidirectional: ends[0].forward
        case .bidirectional: ends.map { RecurrentCell.State.concatenated($0.forward[0], $0.reverse[0]) }
        case .alternating: zip(ends[0].forward, ends[0].reverse).flatMap { [$0, $1] }
        case .gnmt: ends[0].reverse + ends.dropFirst().flatMap(\.forward)
        }
    }
}
