import Gradus
import Testing

/// Windows and neighborhoods against their definitions.
@Suite struct WindowTests {
    /// ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ for every padding: the transposed convolution is the other's gradient.
    @Test(arguments: [Padding.valid, .same, .symmetric(1), .explicit(top: 0, bottom: 1, left: 2, right: 1)])
    func transposedConvolutionIsTheAdjoint(_ padding: Padding) {
        let random = RandomGenerator(seed: 1)
        // The size from which each padding's windows fit exactly, so that nothing of x is left over.
        var compared = 0
        for (height, width) in [(8, 6), (7, 9)] {
            let x = Tensor<Double>(normal: [2, height, width, 3], using: random)
            let w = Tensor<Double>(normal: [4, 4, 3, 5], using: random)
            let forward = convolution(x, w, stride: 2, padding: padding)
            let y = Tensor<Double>(normal: forward.shape, using: random)
            let back = transposedConvolution(y, w, stride: 2, padding: padding)
            guard back.shape == x.shape else { continue }
            compared += 1
            #expect(abs((forward * y).sum().item - (x * back).sum().item) < 1e-9)
        }
        #expect(compared > 0)
    }

    /// TensorFlow's "same": of an uneven number of zeros the odd one is at the bottom and the right.
    @Test func samePaddingHasItsOddZeroAtTheEnd() {
        let x = Tensor<Float>((1...16).map { Float($0) }, shape: [1, 4, 4, 1])
        let ones = Tensor<Float>(ones: [2, 2, 1, 1])
        #expect(convolution(x, ones, padding: .same).reshaped(to: [4, 4])[3].scalars == [27, 29, 31, 16])
        #expect(maxPool(x, kernel: 3, stride: 2, padding: .same).scalars == [11, 12, 15, 16])
        #expect(averagePool(x, kernel: 3, stride: 2, padding: .same).scalars == [6, 7.5, 12, 13.5])
        // The image of one pixel under a 3 × 3 window at stride 2 lies at the top left of its 2 × 2 output.
        let kernel = Tensor<Float>((1...9).map { Float($0) }, shape: [3, 3, 1, 1])
        let spread = transposedConvolution(Tensor(ones: [1, 1, 1, 1]), kernel, stride: 2, padding: .same)
        #expect(spread.scalars == [1, 2, 4, 5])
    }

    @Test func localResponsesFollowTheirDefinition() {
        let x = Tensor<Double>(normal: [2, 3, 7], using: RandomGenerator(seed: 2))
        for (size, sumsSquares) in [(5, false), (5, true), (3, false)] {
            let (alpha, beta, k) = (0.4, 0.75, 2.0)
            let y = localResponseNormalization(
                x, size: size, alpha: alpha, beta: beta, k: k, sumsSquares: sumsSquares)
            for c in 0..<7 {
                let near = (max(0, c - size / 2)...min(6, c + size / 2)).map { x.element(at: 1, 2, $0) }
                let squares = near.map { $0 * $0 }.reduce(0, +)
                let base = Tensor<Double>(k + alpha * (sumsSquares ? squares : squares / Double(size)))
                #expect(abs(y.element(at: 1, 2, c) - x.element(at: 1, 2, c) * base.power(-beta).item) < 1e-12)
            }
        }
    }

    @Test func globalPoolsLookAtTheWholeImage() {
        let x = Tensor<Float>((0..<12).map { Float($0) }, shape: [1, 2, 3, 2])
        #expect(GlobalAveragePool2D()(x, .inference) == Tensor([[5, 6]]))
        #expect(GlobalMaxPool2D()(x, .inference) == Tensor([[10, 11]]))
    }

    @Test func batchNormalisationKeepsItsStatisticsInACheckpoint() throws {
        let (layer, other) = (BatchNorm(2), BatchNorm(2))
        _ = layer(Tensor([[0, 10], [2, 30]]), .training)
        try other.load(layer.namedTensors)
        let x = Tensor<Float>([[1, 2]])
        #expect(other(x, .inference) == layer(x, .inference) && layer(x, .inference) != BatchNorm(2)(x, .inference))
    }
}
