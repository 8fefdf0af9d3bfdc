import Gradus
import GradusModels
import Testing

@Suite struct ModuleTests {
    struct Inner: Module {
        let b = Parameter(Tensor(zeros: [2]))
        let a = Parameter(Tensor(zeros: [3]))
    }

    class Base: Module { let first = Parameter(Tensor(zeros: [1])) }

    final class Outer: Base {
        let list = [Inner(), Inner()]
        let missing: Inner? = nil
        let maybe: Inner? = Inner()
        let named = ["z": Inner(), "y": Inner()]
        let number = 3
        let shared: Parameter

        override init() { shared = list[0].b }
    }

    @Test func parametersAreFoundInDeclarationOrder() {
        #expect(
            Outer().namedParameters().map(\.name) == [
                "first", "list.0.b", "list.0.a", "list.1.b", "list.1.a", "maybe.b", "maybe.a", "named.y.b", "named.y.a",
                "named.z.b", "named.z.a",
            ])
        let net = TFLayersNet()
        #expect(net.namedParameters().first?.name == "features.0.weight")
        #expect(net.parameter(named: "classifier.bias")?.shape == [10])
        #expect(net.parameterCount == 3_274_634)
        #expect(CIFARResNet(depth: 20).parameterCount == 269_722)
    }

    @Test func frozenParametersHaveNoGradientAndStay() {
        let model = Sequential {
            Dense(2, 3)
            Dense(3, 1)
        }
        #expect(model.freeze("0.") == 2 && model.freeze("0") == 2 && model.freeze("0.w") == 0)
        let before = model.parameter(named: "0.weight")!.value
        let (_, gradients) = valueWithGradient(at: model) { model(Tensor(ones: [4, 2]), .training).sum() }
        #expect(gradients.names == ["1.weight", "1.bias"])
        SGD(learningRate: 1).update(model, along: gradients)
        #expect(model.parameter(named: "0.weight")!.value == before)
        // Frozen after its gradient was taken, a parameter stays all the same.
        let last = model.parameter(named: "1.weight")!.value
        model.freeze()
        SGD(learningRate: 1).update(model, along: gradients)
        #expect(model.parameter(named: "1.weight")!.value == last)
    }

    /// A gradient taken inside another, of the same model, leaves the outer one whole.
    @Test func gradientsNest() {
        let model = Dense(weight: Tensor([[3]]), bias: nil)
        let x = Tensor<Float>([[2]])
        let (_, outer) = valueWithGradient(at: model) {
            let (_, inner) = valueWithGradient(at: model) { model(x, .training).squared().sum() }
            #expect(inner["weight"]?.item == 24)
            return model(x, .training).sum()
        }
        #expect(outer["weight"]?.item == 2)
    }

    @Test func aResidualsActivationFollowsTheSum() {
        let body = Dense(weight: Tensor([[-2]]), bias: nil)
        let x = Tensor<Float>([[3], [-4]])
        // x − 2 x, then cut off below 0.
        #expect(Residual(body, activation: .relu)(x, .inference) == Tensor([[0], [4]]))
        let shortcut = Dense(weight: Tensor([[10]]), bias: nil)
        #expect(Residual(body, shortcut: shortcut)(x, .inference) == Tensor([[24], [-32]]))
    }

    @Test func onlyTheNamedModelIsDifferentiated() {
        let (a, b) = (Dense(2, 2), Dense(2, 2))
        let (_, gradients) = valueWithGradient(at: a) { b(a(Tensor(ones: [1, 2]), .training), .training).sum() }
        #expect(gradients.names == ["weight", "bias"] && gradients[b.weight] == nil)
    }

    @Test func gradientsAreValues() {
        let model = Dense(2, 1)
        let (_, g) = valueWithGradient(at: model) { model(Tensor([[3, 4]]), .training).sum() }
        #expect((g + g)["weight"] == Tensor([[6], [8]]))
        #expect((g * 0.5)["weight"] == Tensor([[1.5], [2]]))
        #expect(abs(g.globalNorm - Float(26).squareRoot()) < 1e-5)
        #expect(abs(g.clipped(byGlobalNorm: 1).globalNorm - 1) < 1e-5)
        // 0.5 · 26^½ is below the limit: nothing is scaled up.
        #expect((g * 0.5).clipped(byGlobalNorm: 3)["weight"] == Tensor([[1.5], [2]]))
        #expect(g.clipped(byValue: 2)["weight"] == Tensor([[2], [2]]))
        #expect(g.firstNonFinite == nil)
        #expect(g.map { name, value in name == "bias" ? value / 0 : value }.firstNonFinite == "bias")
    }

    @Test func layersAgreeWithNumericalGradients() {
        let model = withRandomSeed(2) {
            Sequential {
                Conv2D(1, 3, kernel: 3, padding: .same, useBias: false)
                BatchNorm(3)
                Activation.tanh
                AveragePool2D(2)
                Residual { Conv2D(3, 3, kernel: 3, padding: .same, activation: .sigmoid) }
                GroupNorm(3, groups: 3)
                ConvTranspose2D(3, 2, kernel: 2, stride: 2)
                Flatten()
                LayerNorm(32)
                Dense(32, 4, activation: .gelu)
            }
        }
        let x = Tensor<Float>(normal: [3, 4, 4, 1], using: RandomGenerator(seed: 1))
        for (name, error) in gradientErrors(at: model, { (model(x, .training).squared()).sum() }) {
            #expect(error < 2e-2, "\(name)")
        }
    }

    @Test func summaryFollowsShapesWithoutData() {
        let summary = TFLayersNet().summary(input: [100, 28, 28, 1])
        #expect(summary.output == [100, 10] && summary.multiplyAdds == 1_388_390_400)
        #expect(summary.parameters == 3_274_634 && summary.description.contains("3,274,634  1,388,390,400"))
        #expect(
            summary.rows.map(\.name) == (0..<7).map { "features.\($0)" } + ["classifier"])
        #expect(summary.rows[2].output == [100, 14, 14, 64] && summary.rows[2].parameters == 51_264)
        let recurrent = Sequential {
            LSTM(5, 8, layers: 2, isBidirectional: true)
            MultiHeadAttention(16, heads: 4)
            LayerNorm(16)
        }
        #expect(recurrent.summary(input: [2, 7, 5]).output == [2, 7, 16])
        #expect(CIFARResNet().summary(input: [1, 32, 32, 3]).output == [1, 10])
        #expect(DCGANGenerator().summary(input: [2, 100]).output == [2, 64, 64, 3])
    }

    @Test func aLongChainNeitherOverflowsNorLeaks() {
        let x = Tensor<Double>([1])
        let (value, gradient) = valueWithGradient(at: x) { x in
            var y = x
            for _ in 0..<100_000 { y = y + 1e-5 }
            return y.sum()
        }
        #expect(abs(value.item - 2) < 1e-6 && gradient.item == 1)
    }

    @Test func aChainThatIsDroppedDoesNotOverflow() {
        _ = valueWithGradient(at: Tensor<Double>([1])) { x in
            var y = x
            for _ in 0..<100_000 { y = y + 1 }
            return x.sum()
        }
    }

    @Test func wrongShapesNameLayerShapesAndCaller() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            differentiateTheWrongShape()
        }
        let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
        #expect(message.contains("ModuleTests.swift:"), "\(message)")
        #expect(message.contains("Conv2D \"features.0\" expects [N, H, W, 3], got [1, 28, 28, 1]"))
    }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func differentiateTheWrongShape() {
    struct Net: Layer {
        let features = Sequential { Conv2D(3, 4, kernel: 3) }
        func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { features(x, pass) }
    }
    let net = Net()
    _ = valueWithGradient(at: net) { net(Tensor(zeros: [1, 28, 28, 1]), .training).sum() }
}
