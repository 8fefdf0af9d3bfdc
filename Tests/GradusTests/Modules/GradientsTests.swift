import Gradus
import Testing

/// Gradients as values: parts of them, joined, made, told of one by one.
@Suite struct GradientsTests {
    private struct Network: Layer {
        let trunk = Dense(3, 4, activation: .tanh)
        let head = Dense(4, 2)
        func callAsFunction(_ x: Tensor<Float>, _ pass: Pass) -> Tensor<Float> { head(trunk(x, pass), pass) }
    }

    private func network() -> Network { withRandomSeed(3) { Network() } }
    private let x = Tensor<Float>(normal: [5, 3], using: RandomGenerator(seed: 4))

    /// Two optimizers from one backward pass do what they do from two passes; weights that are not trained may take another kernel.
    @Test func twoOptimizersFromOnePass() {
        let (one, two) = (network(), network())
        let (fast, slow) = (Adam(learningRate: 0.1), SGD(learningRate: 0.01, momentum: 0.9))
        let (fast2, slow2) = (Adam(learningRate: 0.1), SGD(learningRate: 0.01, momentum: 0.9))
        for _ in 0..<5 {
            let (_, gradients) = valueWithGradient(at: one) { one(x, .training).squared().sum() }
            fast.update(one.head, along: gradients.restricted(to: one.head))
            slow.update(one.trunk, along: gradients.restricted { $0.hasPrefix("trunk.") })

            let (_, head) = valueWithGradient(at: two.head) { two(x, .training).squared().sum() }
            let (_, trunk) = valueWithGradient(at: two.trunk) { two(x, .training).squared().sum() }
            fast2.update(two.head, along: head)
            slow2.update(two.trunk, along: trunk)
        }
        for (a, b) in zip(one.parameters, two.parameters) {
            #expect((a.value - b.value).absoluteValue().max().item < 1e-5)
        }
    }

    @Test func partsJoinToTheWhole() {
        let model = network()
        let (_, all) = valueWithGradient(at: model) { model(x, .training).sum() }
        let (trunk, head) = (all.restricted(to: model.trunk), all.restricted(to: model.head))
        #expect(trunk.names == ["trunk.weight", "trunk.bias"] && head.names == ["head.weight", "head.bias"])
        let joined = trunk.joined(with: head)
        #expect(joined.names == all.names)
        for name in all.names { #expect(joined[name] == all[name]) }
    }

    @Test func gradientsAreMadeFromTensors() {
        let model = network()
        let before = model.head.bias!.value
        let gradients = Gradients(of: model, ["head.bias": Tensor([1, -2])])
        #expect(gradients.names == ["head.bias"])
        SGD(learningRate: 0.5).update(model, along: gradients)
        #expect(model.head.bias!.value == before - Tensor([0.5, -1]))
    }

    @Test func aPassTellsMoreThanItsLoss() {
        let model = network()
        let (loss, gradients, logits) = valueWithGradient(at: model) {
            let logits = model(x, .training)
            return (logits.squared().sum(), logits)
        }
        #expect((logits - model(x, .inference)).absoluteValue().max().item < 1e-6)
        #expect(loss.item == logits.squared().sum().item)
        #expect(gradients.names.count == 4)
        let (value, slopes, doubled) = valueWithGradient(at: [x]) { ($0[0].sum(), $0[0] * 2) }
        #expect(value == x.sum() && slopes == [Tensor(ones: [5, 3])] && doubled == x * 2)
    }

    /// The last layer's gradients are complete while the first layer's are still to be computed, and are those of the result.
    @Test func completedGradientsAreTold() {
        let model = network()
        var told: [(name: String, gradient: Tensor<Float>)] = []
        let (_, gradients) = valueWithGradient(
            at: model, gradientCompleted: { told.append(($0, $1)) }
        ) { (model(x, .training) + model(x * 2, .training)).squared().sum() }
        #expect(told.map(\.name).sorted() == gradients.names.sorted())
        #expect(Set(told.prefix(2).map(\.name)) == ["head.weight", "head.bias"])
        for (name, gradient) in told { #expect(gradient == gradients[name]) }
    }

    /// A table of words is told of as well, with all of its rows.
    @Test func completedRowsAreTold() {
        let table = withRandomSeed(1) { Embedding(6, 2) }
        var told: Tensor<Float>?
        let (_, gradients) = valueWithGradient(at: table, gradientCompleted: { told = $1 }) {
            table(Tensor<Int32>([1, 4, 1])).sum()
        }
        #expect(told == gradients["weight"] && told?.sum(axes: [1]).scalars == [0, 4, 0, 0, 2, 0])
    }

    /// Model gradients that carry a graph: the penalty ‖∇‖² of a linear layer y = x w, f = Σ y², g = 2 xᵀ x w.
    @Test func gradientsOfModelsCanBeDifferentiated() {
        let layer = Dense(weight: Tensor([[3]]), bias: nil)
        let x = Tensor<Float>([[2]])
        let (_, gradients) = valueWithGradient(at: layer) {
            let (_, inner) = valueWithGradient(at: layer, createGraph: true) { layer(x, .training).squared().sum() }
            return inner["weight"]!.squared().sum()  // (8 w)², whose derivative is 128 w
        }
        #expect(gradients["weight"]?.item == 384)
    }

    @Test func mistakesAreNamed() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            misspellAGradient()
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("GradientsTests.swift:"), "\(message)")
        #expect(message.contains("Dense has no parameter \"wieght\""))
    }
}

/// Outside of the exit test, whose body the macro compiles in a file of its own.
private func misspellAGradient() {
    _ = Gradients(of: Dense(2, 2), ["wieght": Tensor<Float>(zeros: [2, 2])])
}
