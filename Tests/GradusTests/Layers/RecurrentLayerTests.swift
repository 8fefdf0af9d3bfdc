import Gradus
import Testing

@Suite struct RecurrentLayerTests {
    private let x = Tensor<Float>(normal: [3, 5, 4], using: RandomGenerator(seed: 1))

    @Test func theBackwardDirectionReadsFromTheEnd() {
        let both = withRandomSeed(1) { LSTM(4, 6, isBidirectional: true) }
        let (outputs, state) = both(x, state: nil, .inference)
        #expect(outputs.shape == [3, 5, 12] && state.hidden.count == 2 && state.cell.count == 2)
        // The same weights running forward over the flipped sequence.
        let alone = LSTM(4, 6)
        for (mine, theirs) in zip(alone.forwardCells[0].parameters, both.reverseCells[0].parameters) {
            mine.value = theirs.value
        }
        let flipped = alone(x.flipped(axes: [1]), .inference).flipped(axes: [1])
        #expect(outputs.slice(axis: 2, 6..<12) == flipped)
        #expect(state.hidden[1] == flipped.slice(axis: 1, 0..<1).squeezingShape(at: 1))
    }

    @Test func singleStepsEqualTheSequence() {
        for layer in [LSTM(4, 6, layers: 2) as any RecurrentLayer, GRU(4, 6, layers: 2), SimpleRNN(4, 6)] {
            let (outputs, end) = layer(x, state: nil, .inference)
            var state = layer.zeroState(3)
            for t in 0..<5 {
                let (output, next) = layer.step(x.slice(axis: 1, t..<(t + 1)).squeezingShape(at: 1), state, .inference)
                let expected = outputs.slice(axis: 1, t..<(t + 1)).squeezingShape(at: 1)
                #expect((output - expected).absoluteValue().max().item < 1e-6)
                state = next
            }
            #expect((state.hidden[0] - end.hidden[0]).absoluteValue().max().item < 1e-6)
        }
    }

    @Test func aShorterRowIsAsIfItWereAlone() {
        let layer = withRandomSeed(2) { GRU(4, 6, layers: 2, isBidirectional: true) }
        let (outputs, state) = layer(x, state: nil, lengths: [5, 2, 3], .inference)
        let row = x.slice(axis: 0, 1..<2).slice(axis: 1, 0..<2)
        let (alone, end) = layer(row, state: nil, .inference)
        #expect((outputs.slice(axis: 0, 1..<2).slice(axis: 1, 0..<2) - alone).absoluteValue().max().item < 1e-6)
        #expect(outputs.slice(axis: 0, 1..<2).slice(axis: 1, 2..<5).absoluteValue().max().item == 0)
        #expect((state.hidden[3][1] - end.hidden[3][0]).absoluteValue().max().item < 1e-6)
    }

    @Test func dropoutLiesBetweenLayersAndOnlyInTraining() {
        let layer = LSTM(4, 6, layers: 2, dropout: 0.5)
        #expect(layer(x, .inference) == layer(x, .inference))
        #expect(layer(x, .training(using: RandomGenerator(seed: 1))) != layer(x, .inference))
    }

    @Test func forgetBiasIsWhereItBelongs() {
        let biases = [Float(0), 1].map { added in
            withRandomSeed(1) { LSTM(4, 3, forgetBias: added) }.forwardCells[0].inputBias.value
        }
        #expect((biases[1] - biases[0]).rounded() == Tensor([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]))
    }

    @Test func headsSeeTheirOwnPartOfTheFeatures() {
        let layer = withRandomSeed(3) { MultiHeadAttention(8, heads: 2) }
        let x = Tensor<Float>(normal: [2, 5, 8], using: RandomGenerator(seed: 4))
        let (output, weights) = layer.withWeights(x, layer.source(x, .inference), mask: causalMask(5), .inference)
        #expect(output.shape == [2, 5, 8] && weights.shape == [2, 2, 5, 5])
        #expect((weights.sum(axes: [3]) - 1).absoluteValue().max().item < 1e-6)
        #expect(weights.element(at: 0, 0, 0, 1) == 0)
        let parts = [layer.query, layer.key, layer.value].map { $0(x, .inference).slice(axis: 2, 4..<8) }
        let scores = matmul(parts[0], parts[1], transposeB: true) / 2
        let second = `where`(causalMask(5), scores, Tensor(-1e9)).softmax()
        let found = weights.slice(axis: 1, 1..<2).squeezingShape(at: 1)
        #expect((second - found).absoluteValue().max().item < 1e-6)
        for (name, error) in gradientErrors(at: layer, { layer(x, .inference).squared().sum() })
        where name != "key.bias" {
            #expect(error < 2e-2, "\(name)")
        }
    }

    @Test(arguments: SourceAttention.Score.allCases)
    func attentionLooksWhereTheMaskAllows(_ score: SourceAttention.Score) {
        let states = Tensor<Float>(normal: [2, 4, 3], using: RandomGenerator(seed: 5))
        let queries = Tensor<Float>(normal: [2, 2, 6], using: RandomGenerator(seed: 6))
        let layer = SourceAttention(score, queries: 6, states: 3)
        let source = layer.source(states, mask: lengthMask([4, 1], steps: 4))
        let (context, weights) = layer(queries, source)
        #expect(weights[1].slice(axis: 1, 0..<1).scalars == [1, 1])
        #expect((context[1] - states[1][0]).absoluteValue().max().item < 1e-6)
        // Rows that share a source look at the same.
        let chosen = layer(queries, source, rows: Tensor([1, 1])).weights
        #expect(chosen[0].slice(axis: 1, 0..<1).scalars == [1, 1])
    }

    @Test func attentionAtOnceIsAttention() {
        let random = RandomGenerator(seed: 7)
        let (q, k, v) = (
            Tensor<Float>(normal: [3, 4, 6], using: random), Tensor<Float>(normal: [3, 5, 6], using: random),
            Tensor<Float>(normal: [3, 5, 2], using: random)
        )
        let mask = lengthMask([5, 2, 0], steps: 5)
        let (context, weights) = attentionWithWeights(q, k, v, scale: 0.5, keyMask: mask)
        let reference = attend(dotScores(q, k, scale: 0.5), v, mask: mask.expandingShape(at: 1))
        #expect((context[..<2] - reference.context[..<2]).absoluteValue().max().item < 1e-6)
        #expect((weights.squeezingShape(at: 1)[..<2] - reference.weights[..<2]).absoluteValue().max().item < 1e-6)
        // Where nothing may be looked at, nothing is taken.
        #expect(context[2].absoluteValue().max().item == 0 && weights[2].absoluteValue().max().item == 0)
    }

    @Test func embeddingsGatherTheirGradients() {
        let layer = Embedding(weight: Tensor([[1, 2], [3, 4], [5, 6]]))
        let (value, gradients) = valueWithGradient(at: layer) { layer(Tensor([2, 0, 2])).sum() }
        #expect(value.item == 25 && gradients["weight"] == Tensor([[1, 1], [0, 0], [2, 2]]))
    }

    @Test func embeddedTokensAreTheirVectors() {
        let random = RandomGenerator(seed: 8)
        let tokens = Tensor<Int32>(uniform: [3, 6], in: 2..<9, using: random)
        let model = EmbeddedTokens(embedding: Embedding(12, 5), recurrent: LSTM(5, 4, layers: 2, isBidirectional: true))
        let weights = Tensor<Float>(normal: [3, 6, 8], using: random)
        func gradients(_ outputs: () -> Tensor<Float>) -> (value: Tensor<Float>, gradients: Gradients) {
            valueWithGradient(at: model) { (outputs() * weights).sum() }
        }
        let fast = gradients {
            model.recurrent(
                tokens: tokens, embeddedBy: model.embedding, state: nil, lengths: [6, 2, 4], .training
            ).outputs
        }
        let plain = gradients {
            model.recurrent(model.embedding(tokens), state: nil, lengths: [6, 2, 4], .training).outputs
        }
        #expect(abs(fast.value.item - plain.value.item) < 1e-5)
        for (name, parameter) in model.namedParameters() {
            let difference = fast.gradients[parameter]! - plain.gradients[parameter]!
            #expect(difference.absoluteValue().max().item < 1e-5, "\(name)")
        }
    }

    @Test func distinctElements() {
        let (values, places) = Tensor<Int32>([7, -1, 7, 3], shape: [2, 2]).unique()
        #expect(values == Tensor([-1, 3, 7]))
        #expect(places == Tensor([2, 0, 2, 1], shape: [2, 2]))
    }
}

private struct EmbeddedTokens: Module {
    let embedding: Embedding
    let recurrent: LSTM
}
