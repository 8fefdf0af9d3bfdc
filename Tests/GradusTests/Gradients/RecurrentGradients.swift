import Gradus
import Testing

/// Recurrent networks and attention against central differences in double precision.
@Suite struct RecurrentGradients {
    @Test(arguments: recurrentCases)
    func sequence(_ line: GradientCase) {
        #expect(gradientError(at: line.inputs, line.body) < line.tolerance)
    }

    @Test(arguments: attentionCases)
    func attention(_ line: GradientCase) {
        #expect(gradientError(at: line.inputs, line.body) < line.tolerance)
    }
}

/// Outputs and last states of a layer of 3 units over 4 steps of 5 rows of 2 features, in one row each.
private func recurrentCase(
    _ name: String, _ kind: RecurrentKind, lengths: [Int]? = nil, isReversed: Bool = false
) -> GradientCase {
    let random = RandomGenerator(seed: 5)
    let (d, h, width) = (2, 3, kind.gates * 3)
    let shapes = [[4, 5, d], [5, h], [d, width], [h, width], [width], [width], [5, h]]
    let inputs = shapes.prefix(kind == .lstm ? 7 : 6).map { Tensor<Double>(normal: $0, using: random) }
    return GradientCase(name, at: Array(inputs)) { x in
        let (outputs, hidden, cell) = recurrentSequence(
            kind, x[0], hidden: x[1], cell: kind == .lstm ? x[6] : nil, inputWeight: x[2], recurrentWeight: x[3],
            inputBias: x[4], recurrentBias: x[5], lengths: lengths, isReversed: isReversed)
        return Tensor.concatenated([outputs.flattened(), hidden.flattened()] + (cell.map { [$0.flattened()] } ?? []))
    }
}

let recurrentCases: [GradientCase] = [
    recurrentCase("LSTM", .lstm),
    recurrentCase("LSTM, reversed", .lstm, isReversed: true),
    recurrentCase("LSTM, lengths", .lstm, lengths: [4, 1, 3, 0, 2]),
    recurrentCase("LSTM, lengths, reversed", .lstm, lengths: [4, 1, 3, 0, 2], isReversed: true),
    recurrentCase("GRU", .gru),
    recurrentCase("GRU, lengths, reversed", .gru, lengths: [4, 1, 3, 0, 2], isReversed: true),
    recurrentCase("simple, tanh", .tanh),
    recurrentCase("simple, tanh, lengths", .tanh, lengths: [2, 1, 3, 4, 2]),
    recurrentCase("simple, relu, reversed", .relu, isReversed: true),
]

let attentionCases: [GradientCase] = [
    GradientCase("dot attention", [2, 3, 4], [2, 5, 4], [2, 5, 2]) { x in
        attend(dotScores(x[0], x[1], scale: 0.5), x[2]).context
    },
    GradientCase("dot attention, masked", [2, 3, 4], [2, 5, 4], [2, 5, 2]) { x in
        let mask = lengthMask([5, 2], steps: 5).reshaped(to: [2, 1, 5])
        return attend(dotScores(x[0], x[1]), x[2], mask: mask).context
    },
    GradientCase("general attention", [2, 3, 4], [2, 5, 3], [3, 4]) { x in
        attend(generalScores(x[0], x[1], x[2]), x[1]).context
    },
    GradientCase("additive attention", [2, 3, 4], [2, 5, 3], [4, 6], [3, 6], [6]) { x in
        attend(additiveScores(x[0], x[1], queryWeight: x[2], keyWeight: x[3], vector: x[4]), x[1]).context
    },
    GradientCase("causal self-attention", [1, 4, 3]) { x in
        attend(dotScores(x[0], x[0]), x[0], mask: causalMask(4)).weights
    },
    GradientCase("attention at once, heads, causal", [2, 4, 6], [2, 4, 6], [2, 4, 4]) { x in
        attention(x[0], x[1], x[2], heads: 2, scale: 0.7, isCausal: true)
    },
    GradientCase("attention at once, masked, with weights", [2, 3, 4], [2, 5, 4], [2, 5, 3]) { x in
        let (context, weights) = attentionWithWeights(x[0], x[1], x[2], keyMask: lengthMask([5, 2], steps: 5))
        return .concatenated([context.flattened(), weights.flattened()])
    },
    GradientCase("attention at once, weights only", [2, 3, 4], [2, 5, 4], [2, 5, 3]) { x in
        attentionWithWeights(x[0], x[1], x[2]).weights
    },
    GradientCase("attention at once, additive, masked", [2, 3, 4], [2, 5, 4], [2, 5, 3], [4]) { x in
        attentionWithWeights(x[0], x[1], x[2], vector: x[3], keyMask: lengthMask([3, 4], steps: 5)).context
    },
    GradientCase("attention at once, shared sources", [3, 1, 4], [2, 5, 4], [2, 5, 3]) { x in
        attention(x[0], x[1], x[2], sources: Tensor([1, 0, 1]))
    },
    GradientCase("attention in blocks", [1, 16, 4], [1, 18, 4], [1, 18, 6]) { x in
        attention(x[0], x[1], x[2], heads: 2, scale: 0.7)
    },
    GradientCase("attention in blocks, causal, more queries", [1, 19, 4], [1, 16, 4], [1, 16, 6]) { x in
        attention(x[0], x[1], x[2], heads: 2, keyMask: lengthMask([14], steps: 16), isCausal: true)
    },
    GradientCase("attention in blocks, mask and bias", [2, 8, 4], [2, 9, 4], [2, 9, 4], [2, 8, 9]) { x in
        let mask = Tensor<Bool>((0..<72).map { $0 % 5 != 0 && $0 / 9 != 3 }, shape: [8, 9])
        return attention(x[0], x[1], x[2], heads: 2, mask: mask, bias: x[3])
    },
    GradientCase("attention in blocks, bias of keys", [2, 8, 4], [2, 9, 4], [2, 9, 4], [1, 1, 1, 9]) { x in
        attention(x[0], x[1], x[2], heads: 2, bias: x[3])
    },
    GradientCase("attention in blocks, dropout", [2, 9, 4], [2, 17, 4], [2, 17, 4]) { x in
        attention(x[0], x[1], x[2], heads: 2, isCausal: true, dropout: 0.3, using: RandomGenerator(seed: 6))
    },
    GradientCase("attention in blocks, shared sources", [3, 16, 2], [2, 16, 2], [2, 16, 1]) { x in
        attention(x[0], x[1], x[2], sources: Tensor([1, 0, 1]))
    },
    GradientCase("attention with weights, mask, bias and dropout", [2, 3, 4], [2, 5, 4], [2, 5, 4], [2, 3, 5]) { x in
        let mask = Tensor<Bool>((0..<15).map { $0 % 4 != 0 }, shape: [3, 5])
        let (context, weights) = attentionWithWeights(
            x[0], x[1], x[2], heads: 2, mask: mask, bias: x[3], dropout: 0.3, using: RandomGenerator(seed: 6))
        return .concatenated([context.flattened(), weights.flattened()])
    },
    GradientCase("unstacked", [3, 2, 4]) { x in
        let parts = x[0].unstacked()
        return .stacked([parts[2] * parts[0], parts[0].exp()])
    },
]
