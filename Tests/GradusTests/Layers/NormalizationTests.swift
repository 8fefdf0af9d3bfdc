import Gradus
import Testing

@Suite struct NormalizationTests {
    @Test func runningStatisticsFollowTheBatches() {
        let layer = BatchNorm(2, momentum: 0.5)
        let x = Tensor<Float>([[0, 10], [2, 10], [4, 16]])
        let y = layer(x, .training)
        #expect(y.mean(axes: [0]).absoluteValue().max().item < 1e-6)
        #expect(abs(y.variance(axes: [0]).scalars[0] - 1) < 1e-4)
        #expect(layer.runningMean.value == Tensor([1, 6]))
        // Half of 1, the start, and half of the unbiased variance: 4 and 12.
        #expect((layer.runningVariance.value - Tensor([2.5, 6.5])).absoluteValue().max().item < 1e-5)
        let inferred = layer(Tensor([[1, 6]]), .inference)
        #expect(inferred.absoluteValue().max().item < 1e-6)
        // A channel that never varied is divided by √ε, in both passes.
        let flat = BatchNorm(1, momentum: 1, epsilon: 0.25)
        #expect(flat(Tensor([[3], [3]]), .training) == Tensor([[0], [0]]))
        #expect(flat(Tensor([[4]]), .inference) == Tensor([[2]]))
        #expect(layer.parameterCount == 4 && layer.parameters.count == 4)
    }

    /// Frozen, the layer computes in a training pass what it computes in any other, and only the input has a gradient.
    @Test func aFrozenLayerKeepsItsStatistics() {
        let layer = BatchNorm(2, momentum: 0.5)
        _ = layer(Tensor([[0, 10], [2, 10], [4, 16]]), .training)
        let (mean, variance) = (layer.runningMean.value, layer.runningVariance.value)
        layer.freeze()
        let x = Tensor<Float>([[5, 5], [5, 1]])
        #expect(layer(x, .training) == layer(x, .inference))
        #expect(layer.runningMean.value == mean && layer.runningVariance.value == variance)
        let slope = valueWithGradient(at: x) { layer($0, .training).sum() }.gradient
        #expect((slope - 1 / (variance + 1e-5).squareRoot()).absoluteValue().max().item < 1e-5)
        #expect(valueWithGradient(at: layer) { layer(x, .training).sum() }.gradients.names.isEmpty)
        // Freed again, it goes on; with its shift alone frozen it still follows the batch.
        layer.freeze("", false)
        layer.bias.isFrozen = true
        _ = layer(x, .training)
        #expect(layer.runningMean.value == (mean + Tensor([5, 3])) * 0.5)
    }

    @Test func dropoutActsInTrainingOnly() {
        let layer = Dropout(0.5)
        let x = Tensor<Float>(ones: [1000])
        #expect(layer(x, .inference) == x)
        let pass = { Pass.training(using: RandomGenerator(seed: 1)) }
        #expect(layer(x, pass()) == layer(x, pass()) && layer(x, pass()) != x)
    }
}
