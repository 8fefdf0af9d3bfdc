import Gradus
import Testing

/// Whole layers with PyTorch's weights: outputs, and the gradients of inputs and of every weight.
@Suite struct StackFixtures {
    private let file: [String: Tensor<Float>]

    init() throws { file = try SafeTensors(contentsOf: fixture("layers.safetensors")).tensors }

    private func part(_ key: String) throws -> Tensor<Float> { try #require(file[key], "\(key)") }

    @Test(arguments: ["lstm stack", "gru stack", "rnn stack"])
    func recurrentStackAgreesWithPyTorch(_ name: String) throws {
        let layer: any RecurrentLayer =
            switch name {
            case "lstm stack": LSTM(4, 3, layers: 2, isBidirectional: true)
            case "gru stack": GRU(4, 3, layers: 2, isBidirectional: true)
            default: SimpleRNN(4, 3, layers: 2, isBidirectional: true)
            }
        var pairs: [(parameter: Parameter, key: String, isMatrix: Bool)] = []
        for (weights, suffix) in [(layer.forwardCells, ""), (layer.reverseCells, "_reverse")] {
            for (index, weights) in weights.enumerated() {
                pairs.append((weights.inputWeight, "weight_ih_l\(index)\(suffix)", true))
                pairs.append((weights.recurrentWeight, "weight_hh_l\(index)\(suffix)", true))
                pairs.append((weights.inputBias, "bias_ih_l\(index)\(suffix)", false))
                pairs.append((weights.recurrentBias, "bias_hh_l\(index)\(suffix)", false))
            }
        }
        for (parameter, key, isMatrix) in pairs {
            let value = try part("\(name)/parameter/\(key)")
            parameter.value = isMatrix ? value.transposed() : value
        }
        func run(_ x: Tensor<Float>) -> Tensor<Float> {
            let (outputs, state) = layer(x, state: nil, lengths: [5, 2, 3], .inference)
            return Tensor.concatenated(
                [outputs.flattened()]
                    + [state.hidden, state.cell].filter { !$0.isEmpty }.map { Tensor.stacked($0).flattened() })
        }
        let (x, upstream) = (try part("\(name)/in/0"), try part("\(name)/up"))
        #expect(difference(run(x), try part("\(name)/out")) < 2e-6)
        let (_, slope) = valueWithGradient(at: x) { (run($0) * upstream).sum() }
        #expect(difference(slope, try part("\(name)/grad/0")) < 4e-6)
        let (_, gradients) = valueWithGradient(at: layer) { (run(x) * upstream).sum() }
        for (parameter, key, isMatrix) in pairs {
            let gradient = try #require(gradients[parameter])
            let expected = try part("\(name)/slope/\(key)")
            #expect(difference(isMatrix ? gradient.transposed() : gradient, expected) < 4e-6, "\(key)")
        }
    }

    @Test func multiHeadAttentionAgreesWithPyTorch() throws {
        let name = "multi-head attention layer"
        let layer = MultiHeadAttention(8, heads: 2)
        let dense = [layer.query, layer.key, layer.value]
        /// PyTorch's weights of the three are one matrix, its columns the inputs.
        func weights(_ kind: String) throws -> [(weight: Tensor<Float>, bias: Tensor<Float>)] {
            let joined = try part("\(name)/\(kind)/in_proj_weight").split(into: 3)
            let biases = try part("\(name)/\(kind)/in_proj_bias").split(into: 3)
            let last = (
                try part("\(name)/\(kind)/out_proj.weight").transposed(), try part("\(name)/\(kind)/out_proj.bias")
            )
            return zip(joined, biases).map { ($0.transposed(), $1) } + [last]
        }
        for (layer, values) in zip(dense + [layer.output], try weights("parameter")) {
            layer.weight.value = values.weight
            layer.bias?.value = values.bias
        }
        let inputs = try (0..<3).map { try part("\(name)/in/\($0)") }
        func run(_ x: [Tensor<Float>]) -> Tensor<Float> { layer(x[0], keys: x[1], values: x[2], .inference) }
        let upstream = try part("\(name)/up")
        #expect(difference(run(inputs), try part("\(name)/out")) < 2e-6)
        let (_, slopes) = valueWithGradient(at: inputs) { (run($0) * upstream).sum() }
        for (index, slope) in slopes.enumerated() {
            #expect(difference(slope, try part("\(name)/grad/\(index)")) < 4e-6)
        }
        let (_, gradients) = valueWithGradient(at: layer) { (run(inputs) * upstream).sum() }
        for (layer, expected) in zip(dense + [layer.output], try weights("slope")) {
            #expect(difference(try #require(gradients[layer.weight]), expected.weight) < 4e-6)
            let bias = try #require(layer.bias)
            #expect(difference(try #require(gradients[bias]), expected.bias) < 4e-6)
        }
    }
}
