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
///
/// The differences are those of the usual gradient, by kernels, so that a wrong expression is seen even where its own
/// derivative is right.
private func secondOrderError(_ line: GradientCase) -> Double {
    let weights = Tensor<Double>(
        uniform: line.body(line.inputs).shape, from: 0.5, to: 1.5, using: RandomGenerator(seed: 12))
    func gradient(at inputs: [Tensor<Double>], createGraph: Bool) -> Tensor<Double> {
        let (_, gradients) = valueWithGradient(at: inputs, createGraph: createGraph) { inputs in
            // Squares, so that linear operations have a second derivative too.
            let result = line.body(inputs)
            return (result * weights + result.squared() * 0.5).sum()
        }
        return Tensor.concatenated(gradients.map { $0.flattened() })
    }
    let directions = Tensor<Double>(
        uniform: [line.inputs.map(\.count).reduce(0, +)], from: 0.5, to: 1.5, using: RandomGenerator(seed: 13))
    let (_, exact) = valueWithGradient(at: line.inputs) { (gradient(at: $0, createGraph: true) * directions).sum() }
    let estimate = numericalGradients(at: line.inputs) { (gradient(at: $0, createGraph: false) * directions).sum() }
    return zip(exact, estimate).map { a, b in
        let size = a.squared().sum().item.squareRoot() + b.squared().sum().item.squareRoot()
        return size < 1e-9 ? 0 : (a - b).squared().sum().item.squareRoot() / size
    }.max()!
}
