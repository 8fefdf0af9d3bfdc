import Gradus
import Testing

/// Every line of the gradient tables once more: the gradient of its gradient against central differences of the gradient.
@Suite struct SecondOrderTable {
    @Test(
        arguments: functionCases.filter { $0.name != "custom operation" } + arithmeticCases + reductionCases
            + shapeCases)
    func operation(_ line: GradientCase) {
        #expect(secondOrderError(line) < 1e-5)
    }

    @Test(arguments: productCases + convolutionCases + normalizationCases + lossCases + recurrentCases + attentionCases)
    func layerOperation(_ line: GradientCase) {
        #expect(secondOrderError(line) < 1e-5)
    }
}

/// The largest relative error of the second derivatives of a line's function, reduced to a scalar by fixed weights.
private func secondOrderError(_ line: GradientCase) -> Double {
    let weights = Tensor<Double>(
        uniform: line.body(line.inputs).shape, from: 0.5, to: 1.5, using: RandomGenerator(seed: 12))
    return gradientError(at: line.inputs) { inputs in
        let (_, gradients) = valueWithGradient(at: inputs, createGraph: true) { inputs in
            // Squares, so that linear operations have a second derivative too.
            let result = line.body(inputs)
            return (result * weights + result.squared() * 0.5).sum()
        }
        return Tensor.concatenated(gradients.map { $0.flattened() })
    }
}
