import Gradus
import Testing

/// Fusion by the protocols that any layer can join: a user's layer on either side, and all shapes of the library's own.
@Suite struct LayerFusionTests {
    @Test func aConvolutionAppliesAUsersLayer() {
        let (conv, scale) = (Conv2D(3, 8, kernel: 3), ChannelScale(Tensor(uniform: [8], from: -2, to: 2)))
        let net = Sequential([conv, scale, Activation.relu, Activation.tanh])
        let x = Tensor<Float>(normal: [2, 7, 6, 3], using: RandomGenerator(seed: 1))
        let fused = net(x, .inference)
        #expect(scale.calls.count == 0)
        let separate = net.recorded(x).output
        #expect(scale.calls.count == 1)
        #expect((fused - separate).absoluteValue().max().item < 1e-5)
        _ = net(x, .training)
        #expect(scale.calls.count == 2)
    }

    @Test func aUsersLayerAppliesWhatFollows() {
        let pointwise = Pointwise(Tensor(normal: [3, 5], using: RandomGenerator(seed: 2)))
        let norm = BatchNorm(5)
        norm.runningMean.value = Tensor(normal: [5], using: RandomGenerator(seed: 3))
        let net = Sequential([pointwise, norm, Activation.relu, Dense(5, 2)])
        let x = Tensor<Float>(normal: [4, 3], using: RandomGenerator(seed: 4))
        let fused = net(x, .inference)
        #expect(pointwise.calls.count == 1)
        #expect((fused - net.recorded(x).output).absoluteValue().max().item < 1e-5)
        #expect(pointwise.calls.count == 1)
        // The residual is added in the same call where no activation comes after it.
        let tail = Sequential([pointwise, norm])
        let residual = Tensor<Float>(ones: [4, 5])
        let sum = tail(x, adding: residual, .inference)
        #expect(pointwise.calls.count == 2)
        #expect((sum - residual - norm(pointwise(x, .inference), .inference)).absoluteValue().max().item < 1e-5)
    }

    /// Fused, the scale would be a constant.
    @Test func aDifferentiatedLayerRunsSeparately() {
        let scale = ChannelScale(Tensor(ones: [4]))
        let net = Sequential([Conv2D(2, 4, kernel: 1), scale])
        let x = Tensor<Float>(normal: [3, 2, 2, 2], using: RandomGenerator(seed: 5))
        let (_, gradients) = valueWithGradient(at: scale) { net(x, .inference).sum() }
        #expect(scale.calls.count == 1)
        let expected = net.layers[0](x, .inference).sum(axes: [0, 1, 2])
        #expect((gradients["weight"]! - expected).absoluteValue().max().item < 1e-4)
    }

    @Test(arguments: [Activation.identity, .relu, .tanh], [false, true])
    func aSequenceIsTheSameAsTheCallWithItsNormalization(_ activation: Activation, _ useBias: Bool) {
        let random = RandomGenerator(seed: 6)
        let conv = Conv2D(3, 16, kernel: 3, stride: 2, padding: .same, useBias: useBias)
        conv.bias?.value = Tensor(normal: [16], using: random)
        let (plain, activated) = (BatchNorm(16), BatchNorm(16, activation: activation))
        for norm in [plain, activated] {
            norm.runningMean.value = Tensor(linearFrom: 0, to: 15, count: 16)
            norm.runningVariance.value = Tensor(linearFrom: 0, to: 15, count: 16) + 0.5
        }
        let x = Tensor<Float>(normal: [2, 9, 9, 3], using: random)
        let expected = conv(x, then: activated, .inference)
        #expect(Sequential([conv, activated])(x, .inference) == expected)
        #expect(Sequential([conv, plain, activation])(x, .inference) == expected)
        let separate = activation(plain(conv(x, .inference), .inference))
        #expect((expected - separate).absoluteValue().max().item < 1e-5)
        let residual = Tensor<Float>(normal: expected.shape, using: random)
        let sum = Sequential([conv, plain, activation])(x, adding: residual, .inference)
        #expect((sum - (separate + residual)).absoluteValue().max().item < 1e-5)
    }

    @Test func summariesListAUsersLayers() {
        struct Net: Layer {
            let features = Sequential([Conv2D(3, 8, kernel: 3), ChannelScale(Tensor(ones: [8])), Activation.relu])
            let flatten = Flatten()

            func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
                flatten(features(input, pass), pass)
            }
        }
        let rows = Net().summary(input: [1, 5, 4, 3]).rows
        #expect(rows.map(\.kind) == ["Conv2D", "channel scale", "relu", "Flatten"])
        #expect(rows[1].name == "features.1" && rows[1].parameters == 8)
        #expect(rows[1].input == [1, 3, 2, 8] && rows[1].output == [1, 3, 2, 8])
        #expect(rows.map(\.isFlattening) == [false, false, false, true])
        #expect(Net().recorded(Tensor(zeros: [1, 5, 4, 3])).record.entries[1].activation == .identity)
    }
}

/// Counts the calls of a layer.
private final class Calls {
    var count = 0
}

/// `x · weight`, one weight for each channel.
private struct ChannelScale: EpilogueLayer {
    let weight: Parameter
    let calls = Calls()

    init(_ weight: Tensor<Float>) { self.weight = Parameter(weight) }

    var typeName: String { "channel scale" }
    var epilogue: LayerEpilogue? { LayerEpilogue(scale: weight.value) }

    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        calls.count += 1
        return pass.run(self, on: input) { input * weight.value }
    }
}

/// `x W`, which counts its fused calls.
private struct Pointwise: FusableLayer {
    let weight: Parameter
    let calls = Calls()

    init(_ weight: Tensor<Float>) { self.weight = Parameter(weight) }

    func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) { matmul(input, weight.value) }
    }

    func canFuse(_ epilogue: LayerEpilogue) -> Bool { epilogue.scale?.shape == [weight.shape[1]] }

    func fused(
        _ input: Tensor<Float>, with epilogue: LayerEpilogue, adding residual: Tensor<Float>?, _ pass: Pass
    ) -> Tensor<Float> {
        calls.count += 1
        let sum = matmul(input, weight.value) * epilogue.scale! + (epilogue.shift ?? Tensor(0))
        return epilogue.activation(residual.map { sum + $0 } ?? sum)
    }
}
